import { PlantainError } from '../contract/error.ts'
import type { Handler } from './exchange.ts'
import type { Door, Method, Route } from './route.ts'

/** Everything that is answered by something built; each is handed in by `main.ts`. */
export interface Handlers {
  readonly createEdit: Handler
  readonly getEdit: Handler
  readonly deleteEdit: Handler
  readonly getImage: Handler
  readonly callModel: Handler
  readonly callVertexModel: Handler
  readonly listPublisherModels: Handler
  readonly getPublisherModel: Handler
  readonly editImages: Handler
  readonly generateImages: Handler
  readonly createInteraction: Handler
  readonly listModels: Handler
  readonly getModel: Handler
  readonly startUpload: Handler
  readonly resumeUpload: Handler
  readonly listFiles: Handler
  readonly getFile: Handler
  readonly deleteFile: Handler
  readonly healthz: Handler
  readonly readyz: Handler
  readonly openApi: Handler
  readonly docs: Handler
  readonly listTargets: Handler
  readonly drainKey: Handler
  readonly resumeKey: Handler
  readonly reload: Handler
  /** `null`: they are switched off. */
  readonly metrics: Handler | null
}

/** Google's clients ask under a version, or under none. */
const VERSIONS = ['/v1', '/v1beta', '']

const VERTEX_VERSIONS = ['/v1', '/v1beta1', '']

/** The table of everything the gateway answers. What Google or OpenAI have and the gateway has not yet is in it too. */
export function routesOf(
  handlers: Handlers,
  /** Whether administration is answered here, and not on a listener of its own. */
  { withAdmin }: { readonly withAdmin: boolean },
): readonly Route[] {
  return [
    ...nativeRoutes(handlers),
    ...VERSIONS.flatMap((version) => geminiRoutes(version, handlers)),
    ...VERTEX_VERSIONS.flatMap((version) => vertexRoutes(version, handlers)),
    ...openAiRoutes(handlers),
    ...interactionRoutes(handlers),
    ...unbuilt(),
    ...openRoutes(handlers),
    ...(withAdmin ? administration(handlers) : []),
  ]
}

/** What the administrative listener answers, where there is one. */
export function adminRoutes(handlers: Handlers): readonly Route[] {
  return [...healthRoutes(handlers), ...administration(handlers)]
}

function healthRoutes({ healthz, readyz }: Handlers): readonly Route[] {
  return [open('/healthz', healthz), open('/readyz', readyz)]
}

function administration({ metrics, listTargets, drainKey, resumeKey, reload }: Handlers): readonly Route[] {
  const [door, access] = ['native', 'admin'] as const
  return [
    ...(metrics === null ? [] : [{ ...open('/metrics', metrics), access }]),
    { method: 'GET', path: '/v1/targets', door, access, handler: listTargets },
    { method: 'POST', path: '/v1/targets/:key/drain', door, access, handler: drainKey },
    { method: 'POST', path: '/v1/targets/:key/resume', door, access, handler: resumeKey },
    { method: 'POST', path: '/v1/reload', door, access, handler: reload },
  ]
}

function nativeRoutes({ createEdit, getEdit, deleteEdit, getImage }: Handlers): readonly Route[] {
  const door = 'native'
  return [
    { method: 'POST', path: '/v1/edits', door, access: 'edit', handler: createEdit },
    { method: 'GET', path: '/v1/edits/:id', door, access: 'edit', handler: getEdit },
    { method: 'DELETE', path: '/v1/edits/:id', door, access: 'edit', handler: deleteEdit },
    // The signature in its query is the credential.
    { method: 'GET', path: '/v1/edits/:id/images/:n', door, access: 'open', handler: getImage },
  ]
}

function geminiRoutes(version: string, handlers: Handlers): readonly Route[] {
  const door = 'gemini'
  const { callModel, listModels, getModel, startUpload, resumeUpload, listFiles, getFile, deleteFile } =
    handlers
  const upload = `/upload${version}/files`
  return [
    { method: 'POST', path: `${version}/models/:call`, door, access: 'edit', handler: callModel },
    { method: 'GET', path: `${version}/models`, door, access: 'models', handler: listModels },
    { method: 'GET', path: `${version}/models/:id`, door, access: 'models', handler: getModel },
    { method: 'POST', path: upload, door, access: 'files', handler: startUpload },
    // The id in its query is the credential: Python's SDK sends pieces without a key.
    { method: 'POST', path: `${upload}/resume`, door, access: 'open', handler: resumeUpload },
    { method: 'PUT', path: `${upload}/resume`, door, access: 'open', handler: resumeUpload },
    { method: 'GET', path: `${version}/files`, door, access: 'files', handler: listFiles },
    { method: 'GET', path: `${version}/files/:id`, door, access: 'files', handler: getFile },
    { method: 'DELETE', path: `${version}/files/:id`, door, access: 'files', handler: deleteFile },
  ]
}

function openAiRoutes({ editImages, generateImages }: Handlers): readonly Route[] {
  const [door, access] = ['openai', 'edit'] as const
  return [
    { method: 'POST', path: '/v1/images/edits', door, access, handler: editImages },
    { method: 'POST', path: '/v1/images/generations', door, access, handler: generateImages },
  ]
}

/** By project and location, as with Google credentials, and without them, as in express mode. */
function vertexRoutes(
  version: string,
  { callVertexModel, listPublisherModels, getPublisherModel }: Handlers,
): readonly Route[] {
  const door = 'vertex'
  return ['', '/projects/:project/locations/:location'].flatMap((place): readonly Route[] => {
    const models = `${version}${place}/publishers/google/models`
    return [
      { method: 'POST', path: `${models}/:call`, door, access: 'edit', handler: callVertexModel },
      { method: 'GET', path: models, door, access: 'models', handler: listPublisherModels },
      { method: 'GET', path: `${models}/:id`, door, access: 'models', handler: getPublisherModel },
    ]
  })
}

/** Where its clients ask: by a version, and on Vertex AI by project and location too. */
const INTERACTION_BASES = [
  '/v1',
  '/v1beta',
  '/v1beta1',
  ...['/v1', '/v1beta1'].map((version) => `${version}/projects/:project/locations/:location`),
]

function interactionRoutes({ createInteraction }: Handlers): readonly Route[] {
  return INTERACTION_BASES.map((base) => ({
    method: 'POST',
    path: `${base}/interactions`,
    door: 'interactions',
    access: 'edit',
    handler: createInteraction,
  }))
}

function openRoutes(handlers: Handlers): readonly Route[] {
  const { openApi, docs } = handlers
  return [...healthRoutes(handlers), open('/openapi.json', openApi), open('/docs', docs)]
}

function open(path: string, handler: Handler): Route {
  return { method: 'GET', path, door: 'system', access: 'open', handler }
}

/** Whoever asks for these is told that they are known and not there yet, in the words of their dialect: never a 404. */
function unbuilt(): readonly Route[] {
  const lines: readonly (readonly [Door, Method, string])[] = [
    ['native', 'POST', '/v1/edit-batches'],
    ['native', 'GET', '/v1/edit-batches/:id'],
    ['openai', 'POST', '/v1/images/variations'],
    ['openai', 'POST', '/v1/chat/completions'],
    ['openai', 'POST', '/v1/responses'],
    ...INTERACTION_BASES.flatMap((base) => [
      ['interactions', 'GET', `${base}/interactions/:id`] as const,
      ['interactions', 'DELETE', `${base}/interactions/:id`] as const,
      ['interactions', 'POST', `${base}/interactions/:id/cancel`] as const,
    ]),
    ...['/v1', '/v1beta'].flatMap((version) => [
      ['gemini', 'GET', `${version}/batches`] as const,
      ['gemini', 'GET', `${version}/batches/:id`] as const,
      ['gemini', 'POST', `${version}/batches/:id`] as const,
      ['gemini', 'DELETE', `${version}/batches/:id`] as const,
      ['gemini', 'GET', `${version}/cachedContents`] as const,
      ['gemini', 'POST', `${version}/cachedContents`] as const,
      ['gemini', 'POST', `${version}/files:register`] as const,
    ]),
  ]
  return lines.map(([door, method, path]) => ({ method, path, door, access: 'edit', handler: notBuilt }))
}

const notBuilt: Handler = async () => {
  throw new PlantainError(
    'not_implemented',
    'This is known, and Plantain does not have it yet. GET /docs shows what it has.',
  )
}
