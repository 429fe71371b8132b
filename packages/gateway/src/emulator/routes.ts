import type { Surface } from '../models/model.ts'
import { API_VERSIONS, type ApiVersion, type Place, segmentsOf } from './address.ts'
import type { CallKind } from './faults/where.ts'

export type Target =
  | ({ readonly to: 'generate'; readonly modelId: string; readonly stream: boolean } & Place)
  | ({ readonly to: 'count-tokens'; readonly modelId: string } & Place)
  | ({ readonly to: 'predict'; readonly modelId: string } & Place)
  | ({ readonly to: 'list-models' } & Place)
  | ({ readonly to: 'get-model'; readonly modelId: string } & Place)
  | { readonly to: 'start-upload' | 'upload' | 'list-files' }
  | { readonly to: 'get-file' | 'delete-file' | 'download-file'; readonly fileId: string }
  | ({ readonly to: 'create-interaction' } & Place)
  | ({
      readonly to: 'get-interaction' | 'delete-interaction' | 'cancel-interaction'
      readonly interactionId: string
    } & Place)
  | { readonly to: 'token' | 'exchange-token' }
  | { readonly to: 'impersonate'; readonly account: string }
  | { readonly to: 'metadata'; readonly path: string }
  | { readonly to: 'admin'; readonly path: readonly string[] }
  /** Google has it, the emulator has not. */
  | { readonly to: 'unimplemented' }
  | { readonly to: 'nowhere' }

export interface Route {
  readonly target: Target
  readonly surface: Surface
  readonly apiVersion: ApiVersion
}

/** What a path addresses. Every version is served, and none; names are percent-decoded once. */
export function routeOf(method: string, path: string, query: URLSearchParams): Route {
  const segments = segmentsOf(path)
  if (segments === null) return route({ to: 'nowhere' })
  const [first = ''] = segments
  if (first === 'emulator') return route({ to: 'admin', path: segments.slice(1) })
  if (first === 'computeMetadata' || segments.length === 0) return route({ to: 'metadata', path })
  const uploading = first === 'upload'
  const unprefixed = uploading || first === 'download' ? segments.slice(1) : segments
  const apiVersion = API_VERSIONS.find((version) => version === unprefixed[0]) ?? ''
  const rest = apiVersion === '' ? unprefixed : unprefixed.slice(1)
  if (uploading) return { ...route(uploadTarget(method, rest, query)), apiVersion }
  return { ...resource(method, rest, apiVersion), apiVersion }
}

/** What a rule may be told apart by. */
export function kindOf({ to }: Target): CallKind {
  switch (to) {
    case 'generate':
    case 'predict':
    case 'create-interaction':
      return 'generation'
    case 'list-models':
    case 'get-model':
    case 'count-tokens':
      return 'models'
    case 'start-upload':
    case 'upload':
    case 'list-files':
    case 'get-file':
    case 'delete-file':
    case 'download-file':
      return 'files'
    case 'token':
    case 'exchange-token':
    case 'impersonate':
    case 'metadata':
      return 'tokens'
    default:
      return 'other'
  }
}

function route(target: Target, surface: Surface = 'ai-studio'): Route {
  return { target, surface, apiVersion: '' }
}

function uploadTarget(method: string, rest: readonly string[], query: URLSearchParams): Target {
  if (rest.length !== 1 || rest[0] !== 'files') return { to: 'nowhere' }
  if (query.has('upload_id')) return { to: 'upload' }
  return method === 'POST' ? { to: 'start-upload' } : { to: 'nowhere' }
}

const NO_PLACE: Place = { project: '', location: '' }

function resource(method: string, segments: readonly string[], apiVersion: ApiVersion): Route {
  const [collection, ...below] = segments
  switch (collection) {
    case 'models':
      return route(modelTarget(method, below, NO_PLACE))
    case 'publishers':
      return route(publisherTarget(method, below, { project: '', location: 'global' }), 'vertex')
    case 'projects':
      return route(projectTarget(method, below), 'vertex')
    case 'files':
    case 'files:register':
      return route(fileTarget(method, segments))
    case 'interactions':
      return route(interactionTarget(method, below, NO_PLACE))
    // Where libraries of years ago ask for tokens, and where identities of a workforce do.
    case 'oauth2':
      return route({ to: method === 'POST' && below.join('/') === 'v4/token' ? 'token' : 'nowhere' })
    case 'oauthtoken':
      return route({ to: method === 'POST' && below.length === 0 ? 'token' : 'nowhere' })
    case 'token':
      // Google's token endpoint has no version, its exchange of foreign tokens has one.
      return route({
        to:
          below.length > 0 || method !== 'POST' ? 'nowhere' : apiVersion === '' ? 'token' : 'exchange-token',
      })
    default:
      return route({ to: IMPLEMENTED_BY_GOOGLE.has(collection ?? '') ? 'unimplemented' : 'nowhere' })
  }
}

/** Collections of the Developer API that are not emulated. */
const IMPLEMENTED_BY_GOOGLE: ReadonlySet<string> = new Set([
  'batches',
  'cachedContents',
  'corpora',
  'dynamic',
  'fileSearchStores',
  'generatedFiles',
  'auth_tokens',
  'openai',
  'operations',
  'tunedModels',
  'webhooks',
  'agents',
])

function modelTarget(method: string, below: readonly string[], place: Place): Target {
  const [last, ...more] = below
  if (more.length > 0) return { to: 'nowhere' }
  if (last === undefined) return method === 'GET' ? { to: 'list-models', ...place } : { to: 'nowhere' }
  const colon = last.lastIndexOf(':')
  if (colon === -1) return method === 'GET' ? { to: 'get-model', modelId: last, ...place } : { to: 'nowhere' }
  if (method !== 'POST') return { to: 'nowhere' }
  const modelId = last.slice(0, colon)
  switch (last.slice(colon + 1)) {
    case 'generateContent':
      return { to: 'generate', modelId, stream: false, ...place }
    case 'streamGenerateContent':
      return { to: 'generate', modelId, stream: true, ...place }
    case 'countTokens':
      return { to: 'count-tokens', modelId, ...place }
    case 'predict':
      return { to: 'predict', modelId, ...place }
    case 'batchGenerateContent':
    case 'asyncBatchEmbedContent':
    case 'embedContent':
    case 'batchEmbedContents':
    case 'computeTokens':
    case 'fetchPredictOperation':
    case 'generateAnswer':
    case 'predictLongRunning':
    case 'rawPredict':
    case 'streamRawPredict':
      return { to: 'unimplemented' }
    default:
      return { to: 'nowhere' }
  }
}

function publisherTarget(method: string, below: readonly string[], place: Place): Target {
  const [publisher, models, ...rest] = below
  if (publisher !== 'google' || models !== 'models') return { to: 'nowhere' }
  return modelTarget(method, rest, place)
}

function projectTarget(method: string, below: readonly string[]): Target {
  const [project = '', locations, location = '', collection, ...rest] = below
  if (project === '-' && locations === 'serviceAccounts' && below.length === 3) {
    const [, account, action] = /^(.+):([A-Za-z]+)$/.exec(location) ?? []
    if (method !== 'POST' || account === undefined || action !== 'generateAccessToken')
      return { to: 'nowhere' }
    return { to: 'impersonate', account }
  }
  if (locations !== 'locations' || location === '') return { to: 'nowhere' }
  const place = { project, location }
  if (collection === 'publishers') return publisherTarget(method, rest, place)
  if (collection === 'interactions') return interactionTarget(method, rest, place)
  return { to: VERTEX_COLLECTIONS.has(collection ?? '') ? 'unimplemented' : 'nowhere' }
}

/** Collections of Vertex AI that are not emulated. */
const VERTEX_COLLECTIONS: ReadonlySet<string> = new Set([
  'batchPredictionJobs',
  'cachedContents',
  'endpoints',
  'models',
  'operations',
  'tuningJobs',
])

function fileTarget(method: string, segments: readonly string[]): Target {
  const [collection, last, ...more] = segments
  if (more.length > 0) return { to: 'nowhere' }
  if (collection === 'files:register') return { to: method === 'POST' ? 'unimplemented' : 'nowhere' }
  if (last === undefined) return { to: method === 'GET' ? 'list-files' : 'nowhere' }
  const [fileId = '', action] = last.split(':')
  if (action === 'download') return { to: 'download-file', fileId }
  if (action !== undefined) return { to: 'nowhere' }
  if (method === 'GET') return { to: 'get-file', fileId }
  return method === 'DELETE' ? { to: 'delete-file', fileId } : { to: 'nowhere' }
}

function interactionTarget(method: string, below: readonly string[], place: Place): Target {
  const [interactionId, action, ...more] = below
  if (interactionId === undefined) {
    return method === 'POST' ? { to: 'create-interaction', ...place } : { to: 'nowhere' }
  }
  if (more.length > 0) return { to: 'nowhere' }
  const one = { interactionId, ...place }
  if (action === 'cancel' && method === 'POST') return { to: 'cancel-interaction', ...one }
  if (action !== undefined) return { to: 'nowhere' }
  if (method === 'GET') return { to: 'get-interaction', ...one }
  return method === 'DELETE' ? { to: 'delete-interaction', ...one } : { to: 'nowhere' }
}
