import type { GatewayConfig, GatewayTarget } from '../config/gateway-config.ts'
import { durationText, pixelsText, sizeText } from '../config/quantity.ts'
import type { Caller } from '../contract/caller.ts'

export interface SummaryTopic {
  readonly topic: string
  readonly lines: readonly string[]
}

/** What a gateway of that configuration is, for people; no secret is in it. */
export function configSummary(config: GatewayConfig, because: string | null): readonly SummaryTopic[] {
  const { listen, admin, models, limits, cors, store, observe, data } = config
  const why = because === null ? [] : [`because ${because}`]
  return [
    { topic: 'listens', lines: [addressOf(listen, listen.tls !== null), ...known(listen.publicUrl)] },
    ...(admin === null ? [] : [{ topic: 'admin', lines: [addressOf(admin, listen.tls !== null)] }]),
    { topic: 'callers', lines: callerLines(config) },
    { topic: 'targets', lines: [...config.targets.map(targetLine), ...why] },
    {
      topic: 'limits',
      lines: [
        `${sizeText(limits.requestBytes)} a request, ${sizeText(limits.inFlightBytes)} in flight, ${limits.connections} connections`,
        `${durationText(limits.editTimeoutMs)} an edit, ${pixelsText(limits.imagePixels)} an image; answers are verified by their ${limits.verify}`,
      ],
    },
    { topic: 'browsers', lines: [cors.origins.length === 0 ? 'no other origins' : cors.origins.join(', ')] },
    {
      topic: 'keeps',
      lines: [
        `results ${durationText(store.resultsKeepMs)}, files ${durationText(store.filesKeepMs)}, at most ${sizeText(store.maxBytes)} in ${store.folder}`,
      ],
    },
    {
      topic: 'tells',
      lines: [
        `logs from ${observe.logLevel} on to ${observe.logFile ?? 'standard error'}, ${data.logInstructions ? 'with' : 'without'} instructions`,
        `${observe.metrics ? 'metrics' : 'no metrics'}, ${observe.traces === null ? 'no traces' : `traces to ${observe.traces.endpoint}`}`,
      ],
    },
    { topic: 'text models', lines: [LEGACY[models.legacyText]] },
  ]
}

const LEGACY = {
  edit: 'with an image mean an edit by an image model',
  pass: 'are passed on as they are',
  refuse: 'are refused',
} as const

function addressOf({ host, port }: { readonly host: string; readonly port: number }, isTls: boolean): string {
  const authority = host.includes(':') ? `[${host}]` : host
  return `${isTls ? 'https' : 'http'}://${authority}${port === 0 ? ', any free port' : `:${port}`}`
}

function known(publicUrl: string | null): readonly string[] {
  return publicUrl === null ? [] : [`known as ${publicUrl}`]
}

function callerLines({ keys, keyless }: GatewayConfig): readonly string[] {
  if (keys.length === 0) return [`this machine’s own, without a key: ${rightsOf(keyless)}`]
  return keys.map(({ caller }) => `${caller.keyId}: ${rightsOf(caller)}`)
}

function rightsOf({ scopes, models, providers, passThrough, limits }: Caller): string {
  return [
    scopes.join(', '),
    ...(models === null ? [] : [`models ${models.join(', ')}`]),
    ...(providers === null ? [] : [`at ${providers.join(', ')}`]),
    ...(passThrough ? ['its own Google credential'] : []),
    `${limits.concurrent} at once, ${limits.requestsPerMinute} a minute`,
  ].join('; ')
}

function targetLine(target: GatewayTarget, at: number): string {
  const { name } = target
  if (target.provider === 'local') return `${at + 1}. ${name}`
  const through = target.baseUrl === null ? '' : ` through ${target.baseUrl}`
  return `${at + 1}. ${name}, credential ${target.credential.id}${through}`
}
