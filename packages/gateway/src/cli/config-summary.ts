import type { Quota, RouteStep } from '../contract/routing.ts'
import type { GatewayConfig, GatewayTarget, RouteRule } from '../config/gateway-config.ts'
import { durationText, pixelsText, sizeText } from '../config/quantity.ts'
import type { Caller } from '../contract/caller.ts'
import { formatUsd } from '../models/price.ts'

export interface SummaryTopic {
  readonly topic: string
  readonly lines: readonly string[]
}

/** What a gateway of that configuration is, for people; no secret is in it. */
export function configSummary(config: GatewayConfig, because: string | null): readonly SummaryTopic[] {
  const { listen, admin, models, limits, routes, cors, store, observe, data } = config
  const why = because === null ? [] : [`because ${because}`]
  return [
    { topic: 'listens', lines: [addressOf(listen, listen.tls !== null), ...known(listen.publicUrl)] },
    ...(admin === null ? [] : [{ topic: 'admin', lines: [addressOf(admin, listen.tls !== null)] }]),
    { topic: 'callers', lines: callerLines(config) },
    { topic: 'targets', lines: [...config.targets.map(targetLine), ...why] },
    ...(routes.length === 0 ? [] : [{ topic: 'routes', lines: routes.map(routeLine) }]),
    { topic: 'attempts', lines: attemptLines(config) },
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

function rightsOf(caller: Caller): string {
  const { scopes, models, providers, environment, regions, passThrough, limits } = caller
  const { concurrent, requestsPerMinute, costMicroUsdPerEdit: price } = limits
  return [
    scopes.join(', '),
    ...(models === null ? [] : [`models ${models.join(', ')}`]),
    ...(providers === null ? [] : [`at ${providers.join(', ')}`]),
    ...(environment === null ? [] : [`environment ${environment}`]),
    ...(regions === null ? [] : [`within ${regions.join(', ')}`]),
    ...(passThrough ? ['its own Google credential'] : []),
    `${concurrent} at once, ${requestsPerMinute} a minute${price === null ? '' : `, at most ${formatUsd(price)} an edit`}`,
  ].join('; ')
}

function targetLine(target: GatewayTarget, at: number): string {
  const { name } = target
  if (target.provider === 'local') return `${at + 1}. ${name}`
  const through = target.baseUrl === null ? '' : ` through ${target.baseUrl}`
  const pool = target.credentials.map(({ id, environment }) =>
    environment === null ? id : `${id} (${environment})`,
  )
  const credentials = `${pool.length === 1 ? 'credential' : 'credentials'} ${pool.join(', ')}`
  return `${at + 1}. ${name}, ${credentials}${through}${quotaText(target.quota)}`
}

function quotaText({ requestsPerMinute, inputTokensPerMinute }: Quota): string {
  const parts = [
    ...(requestsPerMinute === null ? [] : [`${requestsPerMinute} requests`]),
    ...(inputTokensPerMinute === null ? [] : [`${inputTokensPerMinute} input tokens`]),
  ]
  return parts.length === 0 ? '' : `; ${parts.join(' and ')} a minute each`
}

/** `1. careful, for gemini-3-pro-image: vertex:global, then 75% one or 25% other, then local` */
function routeLine({ name, models, tiers }: RouteRule, at: number): string {
  const called = name === null ? '' : `${name}, `
  const whose = models === null ? 'for all models' : `for ${models.join(', ')}`
  return `${at + 1}. ${called}${whose}: ${tiers.map(tierText).join(', then ')}`
}

function tierText(steps: readonly RouteStep[]): string {
  const total = steps.reduce((sum, { weight }) => sum + weight, 0)
  return steps
    .map(({ target, model, weight }) => {
      const share = steps.length === 1 ? '' : `${Math.round((100 * weight) / total)}% `
      return `${share}${target}${model === null ? '' : ` with ${model}`}`
    })
    .join(' or ')
}

function attemptLines({ routing }: GatewayConfig): readonly string[] {
  const { attempts, noImage, ambiguous, timeouts } = routing
  return [
    `${attempts} an edit; an answer without an image is ${noImage === 'retry' ? 'asked for once more' : 'kept'}, what may have been billed is ${ambiguous === 'retry' ? 'tried again' : 'not tried again'}`,
    `${durationText(timeouts.connectMs)} to connect, ${durationText(timeouts.firstByteMs)} to the first byte, ${durationText(timeouts.idleMs)} without another, ${durationText(timeouts.attemptMs)} in all`,
  ]
}
