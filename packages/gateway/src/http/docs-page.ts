import { ERRORS } from '../contract/error.ts'
import type { Handler } from './exchange.ts'

type Json = { readonly [name: string]: unknown }

/** The page at `/docs`: the OpenAPI document for people, as one file without scripts. */
export function createDocs(document: () => Json): Handler {
  let page: Buffer | undefined
  return async ({ origin }) => {
    page ??= Buffer.from(pageOf(document()))
    const shown = Buffer.from(page.toString().replaceAll('{origin}', escaped(origin)))
    return {
      status: 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        // Nothing but its own style.
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      },
      body: [shown],
    }
  }
}

function pageOf(document: Json): string {
  const operations = operationsOf(document)
  const tags = [...new Set(operations.map(({ tag }) => tag))]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Plantain: API</title><style>${STYLE}</style></head><body>
<header><h1>Plantain</h1><p>${escaped(text(at(document, 'info', 'description')))}</p>
<p class="quiet">Version ${escaped(text(at(document, 'info', 'version')))} · <a href="/openapi.json">openapi.json</a> · <a href="/readyz">ready?</a></p></header>
<main><section><h2>First edit</h2>
<p>The key goes into <code>plantain-key</code>, <code>x-goog-api-key</code> or <code>Authorization: Bearer</code>. On your own machine, without keys in the configuration, none is needed.</p>
<pre>${escaped(FIRST)}</pre>
<p>With Google’s own SDK only the base URL changes:</p><pre>${escaped(SDK)}</pre></section>
${tags.map((tag) => section(tag, operations, document)).join('\n')}
<section><h2>Options</h2><p>Of <code>POST /v1/edits</code>, of the <code>plantain</code> object in Gemini’s dialect, and those that are a word or a number as headers too: <code>plantain-aspect-ratio</code>.</p>
${propertiesTable(at(document, 'components', 'schemas', 'EditRequest'))}</section>
<section><h2>Errors</h2><p>On the native door a problem document (RFC 9457), on the Gemini door <code>google.rpc.Status</code>, with the same codes.</p>
<table><thead><tr><th>code</th><th>status</th><th>try again</th><th>charged</th><th>meaning</th></tr></thead><tbody>
${Object.entries(ERRORS)
  .map(
    ([code, { status, retryable, charged, text: meaning }]) =>
      `<tr><td><code>${code}</code></td><td>${status}</td><td>${retryable ? 'yes' : 'no'}</td><td>${charged}</td><td>${escaped(meaning)}</td></tr>`,
  )
  .join('\n')}
</tbody></table></section></main></body></html>`
}

const FIRST = `curl {origin}/v1/edits \\
  -F instruction="Change the background to a sunset beach while keeping the person identical" \\
  -F image=@photo.jpg \\
  -H "plantain-key: $PLANTAIN_KEY" -H "accept: image/*" -o edited.png`

const SDK = `const ai = new GoogleGenAI({ apiKey: process.env.PLANTAIN_KEY, httpOptions: { baseUrl: '{origin}' } })
await ai.models.generateContent({ model: 'gemini-nano-banana-2.1', contents: [{ role: 'user', parts: [{ text }, { inlineData: { mimeType, data } }] }] })`

const TITLES: Readonly<Record<string, string>> = {
  native: 'Edits',
  gemini: 'Gemini',
  models: 'Models',
  files: 'Files',
  system: 'Health and metrics',
}

interface Operation {
  readonly method: string
  readonly path: string
  readonly summary: string
  readonly description: string
  readonly tag: string
}

function operationsOf(document: Json): readonly Operation[] {
  return Object.entries(record(document['paths'])).flatMap(([path, methods]) =>
    Object.entries(record(methods)).map(([method, operation]) => {
      const { summary, description, tags } = record(operation)
      const [tag] = Array.isArray(tags) ? tags : []
      return {
        method: method.toUpperCase(),
        path,
        summary: text(summary),
        description: text(description),
        tag: text(tag),
      }
    }),
  )
}

function section(tag: string, operations: readonly Operation[], document: Json): string {
  const rows = operations
    .filter((operation) => operation.tag === tag)
    .map(
      ({ method, path, summary, description }) =>
        `<tr><td><code class="method">${method}</code></td><td><code>${escaped(path)}</code></td><td>${escaped(summary)}${description === '' ? '' : `<br><span class="quiet">${marked(description)}</span>`}</td></tr>`,
    )
  const answer =
    tag === 'native'
      ? `<h3>The result</h3>${propertiesTable(at(document, 'components', 'schemas', 'EditResult'))}`
      : ''
  return `<section><h2>${TITLES[tag] ?? escaped(tag)}</h2><table><tbody>${rows.join('\n')}</tbody></table>${answer}</section>`
}

function propertiesTable(schema: unknown): string {
  const rows = flattened(record(schema), '').map(
    ({ name, type, description }) =>
      `<tr><td><code>${escaped(name)}</code></td><td>${escaped(type)}</td><td>${marked(description)}</td></tr>`,
  )
  return `<table><tbody>${rows.join('\n')}</tbody></table>`
}

interface Property {
  readonly name: string
  readonly type: string
  readonly description: string
}

function flattened(schema: Json, prefix: string): readonly Property[] {
  return Object.entries(record(schema['properties'])).flatMap(([name, value]) => {
    const property = record(value)
    const here = {
      name: `${prefix}${name}`,
      type: typeOf(property),
      description: text(property['description']),
    }
    const inner = flattened(property, `${prefix}${name}.`)
    return inner.length > 0 ? inner : [here]
  })
}

function typeOf(property: Json): string {
  const { type, enum: values, const: value, anyOf } = property
  if (Array.isArray(values)) return values.map(String).join(' · ')
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  if (Array.isArray(anyOf)) return [...new Set(anyOf.map((one) => typeOf(record(one))))].join(' or ')
  return text(type)
}

function at(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>((inner, name) => record(inner)[name], value)
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function marked(description: string): string {
  return escaped(description).replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}

function escaped(plain: string): string {
  return plain
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

const STYLE = `
:root{color-scheme:light dark;--line:#8884;--quiet:#8a8a8a;--accent:#4a8f3c}
body{font:16px/1.55 system-ui,sans-serif;margin:0 auto;max-width:62rem;padding:2rem 1.25rem 5rem}
h1{margin:0;font-size:2.2rem}h2{margin:2.6rem 0 .6rem;font-size:1.3rem}h3{margin:1.6rem 0 .4rem;font-size:1rem}
header p{max-width:44rem;margin:.4rem 0}.quiet{color:var(--quiet);font-size:.9em}a{color:var(--accent)}
table{border-collapse:collapse;width:100%;font-size:.93rem}td,th{text-align:left;vertical-align:top;padding:.42rem .8rem .42rem 0;border-top:1px solid var(--line)}
th{border-top:0;font-weight:600}td:last-child{padding-right:0}code,pre{font:.9em/1.5 ui-monospace,SFMono-Regular,Menlo,monospace}
code{overflow-wrap:anywhere}.method{color:var(--accent);font-weight:600}pre{overflow-x:auto;padding:1rem;border:1px solid var(--line);border-radius:.5rem}`
