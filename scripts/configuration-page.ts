import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { z } from 'zod'
import { Credential, Key, Route, Step, Target } from '../packages/gateway/src/config/entry-schema.ts'
import { SECTIONS } from '../packages/gateway/src/config/gateway-schema.ts'
import { KEY_LIMITS, KEY_SCOPES, KEYLESS_LIMITS } from '../packages/gateway/src/config/key-entries.ts'
import { durationText, pixelsText, sizeText } from '../packages/gateway/src/config/quantity.ts'
import { type Setting, settingsIn } from '../packages/gateway/src/config/setting.ts'

const PAGE = resolve(import.meta.dirname, '../docs/configuration.md')

/** Every setting of the gateway, from the schema that checks them; `npm run docs` writes it, a test holds it fresh. */
export function configurationPage(): string {
  return `# Configuration of the gateway

The gateway runs without any: on this machine, without keys, with the local engine, or with Google where the environment chooses it. What
differs stands in \`plantain.yaml\`: the file that \`--config\` names, else \`PLANTAIN_CONFIG\`, else the one in the current folder.
[examples/plantain.yaml](../examples/plantain.yaml) has every setting with its default. Generated from the schema; do not edit by hand.

\`\`\`sh
plantain config check          # every mistake with line, column and remedy; or what would run
plantain keys new --id web     # a key for a caller, and the entry for plantain.yaml
\`\`\`

- **Values.** Sizes (\`100MB\`, \`1GiB\`) and durations (\`15s\`, \`5m\`, \`48h\`) take a unit; plain numbers are bytes and what the name ends in.
  Paths begin where the file lies.
- **Variables.** \`\${NAME}\` in a text is filled from the environment, \`\${NAME:-default}\` has a default, \`$\${\` is \`\${\` itself. A variable can
  change a value, never the structure. Inside \`{ }\` and \`[ ]\` put it in quotes.
- **Overruling.** Each setting below has a variable that wins over the file, such as \`PLANTAIN_LIMITS_IN_FLIGHT_BYTES=2GiB\`; lists have commas.
  An empty variable counts as not set.
- **Secrets.** Keys are known by their hash. An API key that is written into the file is warned of, and refused where others on the
  machine may read the file.

## Who may call

A caller sends its key as \`plantain-key\`, \`x-goog-api-key\`, \`Authorization: Bearer\` or \`?key=\`; the first of these that is there counts. With
\`plantain-key\`, what a client sends besides is ignored and never forwarded, but for a key with \`passThrough\`: its own Google credential is
used in place of the gateway's.

The gateway does not start where it would let strangers in: on any address but this machine's, behind a \`publicUrl\`, or for pages of any
origin (\`cors.origins: '*'\`) without keys; with an admin listener that others reach and no key of scope \`admin\`; with keys that are guessable,
placeholders, or there twice.

Without keys, callers have to come from this machine, ask for \`localhost\`, \`127.0.0.1\` or \`[::1]\` (or the host of \`publicUrl\`), and be no web page of
another origin, unless \`cors.origins\` names it.

Each key has requests it may have under way and requests a minute, saved up for a minute at most. Answers carry \`RateLimit-Policy\` and
\`RateLimit\`; a refusal is 429 with \`Retry-After\`.

${table('keys[]', Key)}
A key that does not say otherwise has the scopes ${KEY_SCOPES.join(', ')}, ${KEY_LIMITS.concurrent} requests under way and ${KEY_LIMITS.requestsPerMinute} a minute; callers without a key have all
scopes, ${KEYLESS_LIMITS.concurrent} and ${KEYLESS_LIMITS.requestsPerMinute}.

## Where edits go

${table('credentials[]', Credential)}
${table('targets[]', Target)}
The credentials of a pool are of one place, and each has the \`quota\` of its own. A credential with an \`environment\` serves keys of
the same \`environment\` only, so that trying things out never spends what production needs.

Edits of a key with \`regions\` never leave them. A Vertex AI target lies in a region that is its \`location\`, or that stands for it: \`eu\` for
\`eu\` and \`europe-…\`, \`us\` for \`us\` and \`us-…\`, and so on. \`global\` and AI Studio promise no place and lie in none; the local engine is wherever
the gateway is. Regions in which no target lies keep the gateway from starting; regions where Google serves none of the key’s models are
warned of.

${table('routes[]', Route)}
${table('routes[].steps[]', Step)}
The first route that is for a model counts; without one, targets are tried in the order they are listed. A step without \`model\` asks for the
model the caller asked for; members of \`any\` have \`target\`, \`model\` and \`weight\`.

\`\`\`yaml
routes:
  - models: [nano-banana-pro]
    steps:
      - any: [{ target: vertex:global, weight: 3 }, { target: ai-studio }]
      - { target: ai-studio, model: nano-banana-2.1 }
      - { route: here }
  - name: here
    steps: [{ target: local, model: local }]
\`\`\`

## Settings

${Object.entries(SECTIONS)
  .map(([name, schema]) => table(name, schema))
  .join('\n')}`
}

function table(name: string, schema: z.ZodType): string {
  const isList = name.endsWith('[]')
  const rows = settingsIn(schema, isList ? [] : [name]).map((setting) => {
    const path = (isList ? setting.path : setting.path.slice(1)).join('.')
    const kind = setting.kind === 'seconds' ? 'duration' : setting.kind
    return row([`\`${path}\``, kind, ...(isList ? [] : [defaultOf(setting)]), setting.text])
  })
  const columns = ['', 'takes', ...(isList ? [] : ['default']), 'is']
  const about = schema.description === undefined ? [] : [schema.description, '']
  return [`### ${name}`, '', ...about, row(columns), row(columns.map(() => '---')), ...rows, ''].join('\n')
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function defaultOf({ kind, fallback, path }: Setting): string {
  // The folder differs from machine to machine.
  if (path.join('.') === 'store.folder') return '`plantain-<uid>` in the temporary folder'
  if (fallback === undefined) return ''
  if (Array.isArray(fallback)) return fallback.join(', ') || 'none'
  const text = typeof fallback === 'string' ? fallback : JSON.stringify(fallback)
  return `\`${typeof fallback === 'number' ? (TEXTS[kind]?.(fallback) ?? text) : text}\``
}

const TEXTS: Readonly<Record<string, (value: number) => string>> = {
  size: sizeText,
  duration: durationText,
  pixels: pixelsText,
  seconds: (seconds) => durationText(seconds * 1000),
}

if (import.meta.main) {
  // The package carries a copy of its own, since messages name places in it.
  const page = process.argv[2] ?? PAGE
  await mkdir(dirname(page), { recursive: true })
  await writeFile(page, configurationPage())
}
