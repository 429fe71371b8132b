import { z } from 'zod'
import { ERRORS } from '../contract/error.ts'
import { type Handler, jsonReply } from './exchange.ts'
import { EditAnswer, EditBody, Form, Problem } from './native/schema.ts'
import type { Route } from './route.ts'

type Json = { readonly [name: string]: unknown }

/** The OpenAPI 3.1 document of what a table of routes answers: paths from the table, bodies from the schemas that validate. */
export function openApiDocument(routes: readonly Route[], { version }: { readonly version: string }): Json {
  const described = routes.filter(({ path }) => DESCRIPTIONS[path] !== undefined)
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of described) {
    const template = route.path.replaceAll(/:(\w+)/g, '{$1}')
    const operations = (paths[template] ??= {})
    operations[route.method.toLowerCase()] = operationOf(route)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Plantain',
      version,
      description:
        'Image edits with Google’s Nano Banana behind one door. The Gemini paths speak Google’s own dialect, /v1/images OpenAI’s: use their SDKs with this base URL.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ plantainKey: [] }, { googleKey: [] }, { bearer: [] }],
    paths,
    components: {
      schemas: schemas(),
      securitySchemes: {
        plantainKey: { type: 'apiKey', in: 'header', name: 'plantain-key' },
        googleKey: { type: 'apiKey', in: 'header', name: 'x-goog-api-key' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
  }
}

export function createOpenApi(document: () => Json): Handler {
  let body: Buffer | undefined
  return async () => {
    body ??= Buffer.from(JSON.stringify(document()))
    return { ...jsonReply(200, {}), body: [body] }
  }
}

function schemas(): Json {
  const written = z.toJSONSchema(
    z
      .registry<{ id?: string }>()
      .add(EditBody, { id: 'EditRequest' })
      .add(EditAnswer, { id: 'EditResult' })
      .add(Problem, { id: 'Problem' })
      .add(Form, { id: 'EditForm' }),
    { uri: (id) => `#/components/schemas/${id}`, io: 'input' },
  )
  return Object.fromEntries(
    Object.entries(written.schemas).map(([name, schema]) => {
      const { $schema: _schema, $id: _id, ...rest } = schema
      return [name, rest]
    }),
  )
}

interface Description {
  readonly summary: string
  readonly tag: string
  readonly more?: Json
}

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })
const json = (name: string): Json => ({ 'application/json': { schema: ref(name) } })
const GOOGLES: Json = {
  requestBody: {
    content: {
      'application/json': {
        schema: {
          type: 'object',
          description: 'As Google documents it, and `plantain` with options of the native door.',
        },
      },
    },
  },
}
const OPENAIS: Json = {
  requestBody: {
    content: {
      'application/json': {
        schema: {
          type: 'object',
          description: 'As OpenAI documents it; docs/doors.md says what becomes of each field.',
        },
      },
    },
  },
}
const IMAGE: Json = { 'image/*': { schema: { type: 'string', format: 'binary' } } }

const INTERACTION: Readonly<Record<string, Description>> = {
  POST: { summary: 'An edit as an interaction, whole or as events', tag: 'interactions', more: GOOGLES },
}

/** By path; a path has one description whatever its methods. Those that answer 501 are left out. */
const DESCRIPTIONS: Readonly<Record<string, Readonly<Record<string, Description>>>> = {
  '/v1/edits': {
    POST: {
      summary: 'Edit a photo',
      tag: 'native',
      more: {
        requestBody: {
          required: true,
          content: { ...json('EditRequest'), 'multipart/form-data': { schema: ref('EditForm') } },
        },
        responses: answers(
          { ...json('EditResult'), ...IMAGE },
          [400, 401, 403, 404, 408, 413, 415, 422, 429, 499, 502, 503, 504],
        ),
      },
    },
  },
  '/v1/edits/:id': {
    GET: {
      summary: 'The result of an edit, as long as it is kept',
      tag: 'native',
      more: { responses: answers({ ...json('EditResult'), ...IMAGE }, [401, 404]) },
    },
    DELETE: {
      summary: 'Forget a result',
      tag: 'native',
      more: { responses: { '204': { description: 'Forgotten.' }, ...answers(undefined, [401, 404]) } },
    },
  },
  '/v1/edits/:id/images/:n': {
    GET: {
      summary: 'An image by a signed link (delivery: url)',
      tag: 'native',
      more: { security: [], responses: answers(IMAGE, [404]) },
    },
  },
  '/v1/images/edits': {
    POST: { summary: 'An edit as OpenAI’s clients send it: a form or JSON', tag: 'openai', more: OPENAIS },
  },
  '/v1/images/generations': {
    POST: { summary: 'An image out of words, in OpenAI’s dialect', tag: 'openai', more: OPENAIS },
  },
  ...google('/v1beta'),
  ...google('/v1'),
  ...vertex('/v1'),
  ...vertex('/v1beta1'),
  '/v1/interactions': INTERACTION,
  '/v1beta/interactions': INTERACTION,
  '/upload/v1beta/files': { POST: { summary: 'Begin an upload (resumable or multipart)', tag: 'files' } },
  '/upload/v1/files': { POST: { summary: 'Begin an upload (resumable or multipart)', tag: 'files' } },
  '/healthz': { GET: { summary: 'Whether the process lives', tag: 'system', more: { security: [] } } },
  '/readyz': { GET: { summary: 'Whether it takes work', tag: 'system', more: { security: [] } } },
  '/metrics': { GET: { summary: 'Metrics in the format of Prometheus', tag: 'system' } },
}

function google(version: string): typeof DESCRIPTIONS {
  return {
    [`${version}/models/:call`]: {
      POST: {
        summary: '{model}:generateContent, :streamGenerateContent, :countTokens and :predict',
        tag: 'gemini',
        more: GOOGLES,
      },
    },
    [`${version}/models`]: {
      GET: { summary: 'Models, readable for Gemini’s and OpenAI’s clients', tag: 'models' },
    },
    [`${version}/models/:id`]: { GET: { summary: 'One model', tag: 'models' } },
    [`${version}/files`]: { GET: { summary: 'Files of the caller', tag: 'files' } },
    [`${version}/files/:id`]: {
      GET: { summary: 'A file', tag: 'files' },
      DELETE: { summary: 'Delete a file', tag: 'files' },
    },
  }
}

function vertex(version: string): typeof DESCRIPTIONS {
  const tag = 'vertex'
  const under = (place: string, how: string) => {
    const models = `${version}${place}/publishers/google/models`
    return {
      [`${models}/:call`]: {
        POST: {
          summary: `{model}:generateContent, :streamGenerateContent, :countTokens and Imagen’s :predict, ${how}`,
          tag,
          more: GOOGLES,
        },
      },
      [models]: { GET: { summary: 'Models, as Vertex AI lists them', tag } },
      [`${models}/:id`]: { GET: { summary: 'One model (GetPublisherModel)', tag } },
    }
  }
  return {
    ...under('/projects/:project/locations/:location', 'by project and location'),
    ...under('', 'in express mode'),
  }
}

function operationOf({ method, path, access }: Route): Json {
  const { summary, tag, more = {} } = DESCRIPTIONS[path]?.[method] ?? { summary: path, tag: 'system' }
  const parameters = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  return {
    operationId: operationId(method, path),
    summary,
    tags: [tag],
    ...(access !== 'open' && { description: `Needs a key with the scope \`${access}\`.` }),
    ...(parameters.length > 0 && { parameters }),
    responses: { '200': { description: 'Done.' } },
    ...more,
  }
}

function operationId(method: string, path: string): string {
  const words = path.split(/[/:]/).filter((word) => word !== '')
  return [method.toLowerCase(), ...words.map((word) => word[0]?.toUpperCase() + word.slice(1))].join('')
}

function answers(content: Json | undefined, statuses: readonly number[]): Json {
  return {
    ...(content && { '200': { description: 'The edit was made.', content } }),
    ...Object.fromEntries(
      statuses.map((status) => [
        String(status),
        { description: codesOf(status), content: { 'application/problem+json': { schema: ref('Problem') } } },
      ]),
    ),
  }
}

function codesOf(status: number): string {
  const codes = Object.entries(ERRORS).flatMap(([code, entry]) => (entry.status === status ? [code] : []))
  return codes.join(', ')
}
