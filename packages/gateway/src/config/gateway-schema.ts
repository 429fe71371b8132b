import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { z } from 'zod'
import {
  duration,
  flag,
  group,
  list,
  matching,
  oneOf,
  optional,
  origin,
  path,
  pixels,
  seconds,
  size,
  whole,
} from './scalars.ts'

// What may stand in plantain.yaml, section by section; what its lists are made of stands in `entry-schema.ts`. `docs/configuration.md` is made of these descriptions, and the
// names of PLANTAIN_… variables of these names.

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const MB = 1_000_000
const GiB = 2 ** 30

const PORT = { from: 0, to: 65_535 }
const host = () =>
  matching(
    /^[A-Za-z0-9.:_-]{1,253}$|^\[[0-9A-Fa-f:.]+\]$/,
    'an address to listen on',
    'Write 127.0.0.1 for this machine only, or 0.0.0.0 for everybody.',
  ).transform((value) => value.replace(/^\[(.*)\]$/, '$1'))

const WAIT = { from: 100, to: HOUR }

// All in a section has a default, so that the section may be left out.

const Listen = group({
  host: host().default('127.0.0.1').describe('Address to listen on. Any but this machine’s own needs keys.'),
  port: whole(PORT).default(8080).describe('Port; 0 takes any that is free.'),
  tls: optional(
    group({
      cert: path().describe('Certificate chain in PEM, to serve https by.'),
      key: path().describe('Its private key in PEM, without a passphrase.'),
    }),
  ),
  publicUrl: optional(origin()).describe('Origin in links, where a proxy stands in front.'),
}).prefault({})

const Admin = optional(
  group({
    host: host().default('127.0.0.1').describe('Address of the second listener.'),
    port: whole(PORT).describe('Its port.'),
  }),
).describe(
  'A second listener, for /metrics and administrative calls; without it they need a key of scope admin.',
)

const Limits = group({
  requestBytes: size({ from: 1000, to: 2 * GiB })
    .default(100 * MB)
    .describe('Largest request body, after decompression.'),
  inFlightBytes: size({ from: MB, to: 1024 * GiB })
    .default(GiB)
    .describe('Bytes of bodies held at once; above it requests are refused with Retry-After.'),
  headerBytes: size({ from: 1024, to: 1024 * 1024 })
    .default(16 * 1024)
    .describe('Largest request head.'),
  headersTimeoutMs: duration({ from: 100, to: HOUR })
    .default(15 * SECOND)
    .describe('A request head has to be there by then.'),
  bodyIdleMs: duration({ from: 100, to: HOUR })
    .default(15 * SECOND)
    .describe('Longest pause while a body arrives.'),
  bodyTotalMs: duration({ from: 100, to: DAY })
    .default(300 * SECOND)
    .describe('A body has to be there by then.'),
  readerIdleMs: duration({ from: 100, to: HOUR })
    .default(60 * SECOND)
    .describe('Longest time a caller may take nothing of its answer.'),
  lingerMs: duration({ from: 0, to: HOUR })
    .default(5 * SECOND)
    .describe('How long what is still sent of a refused request is read, for its sender to see the answer.'),
  keepAliveMs: duration({ from: 0, to: HOUR })
    .default(65 * SECOND)
    .describe('How long an idle connection is kept; longer than load balancers do.'),
  connections: whole({ from: 1, to: 1_000_000 }).default(2000).describe('Connections open at once.'),
  editTimeoutMs: duration({ from: SECOND, to: HOUR })
    .default(180 * SECOND)
    .describe('An edit that takes longer is given up, unless the caller asks for less.'),
  drainMs: duration({ from: 0, to: HOUR })
    .default(30 * SECOND)
    .describe('How long edits under way may take to end when the gateway is stopped.'),
  imagePixels: pixels({ from: 10_000, to: 1000 * MB })
    .default(50 * MB)
    .describe('Largest image; what is larger is refused before it is decoded.'),
  verify: oneOf(['pixels', 'headers'])
    .default('pixels')
    .describe('How answers are looked at: decoded, or by their headers alone, which is cheaper.'),
}).prefault({})

const Models = group({
  legacyText: oneOf(['edit', 'pass', 'refuse'])
    .default('edit')
    .describe(
      'What a text model’s name with an image means: an edit by an image model, the request as it is, or an error.',
    ),
}).prefault({})

const Cors = group({
  origins: list(origin({ orAny: true }), { least: 0, most: 1000 })
    .default([])
    .describe('Origins whose pages may call from a browser; * is any, and needs keys.'),
  maxAgeSeconds: seconds({ from: 0, to: 86_400 })
    .default(600)
    .describe('How long a browser may keep the answer to its preflight.'),
}).prefault({})

const Store = group({
  folder: path()
    // Each user of a machine has one, which nobody else can have made first.
    .default(() => join(tmpdir(), `plantain-${userInfo().uid}`))
    .describe('Where results and uploaded files are kept; one gateway a folder.'),
  resultsKeepMs: duration({ from: 0, to: 366 * DAY })
    .default(HOUR)
    .describe('How long results can be fetched.'),
  filesKeepMs: duration({ from: MINUTE, to: 366 * DAY })
    .default(48 * HOUR)
    .describe('How long uploaded files are kept; Google keeps them 48 hours.'),
  maxBytes: size({ from: MB, to: 1024 * 1024 * GiB })
    .default(4 * GiB)
    .describe('Most the folder may hold; beyond it nothing more is taken in.'),
}).prefault({})

const Observe = group({
  logLevel: oneOf(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least severe log entries that are written.'),
  logFile: optional(path()).describe('File to log to. Left out: standard error.'),
  metrics: flag().default(true).describe('Whether /metrics answers, in Prometheus’s format.'),
  traces: optional(
    group({
      endpoint: matching(
        /^https?:\/\/[^\s@?#]+$/,
        'an http or https address without user, query or fragment',
        'Write it as http://collector:4318/v1/traces.',
      ).describe('Where OpenTelemetry traces are sent, by OTLP over HTTP.'),
    }),
  ),
}).prefault({})

const Routing = group({
  attempts: whole({ from: 1, to: 10 }).default(4).describe('Attempts of one edit, over all targets.'),
  noImage: oneOf(['retry', 'keep'])
    .default('retry')
    .describe('An answer without an image: asked for once more, or kept as it is.'),
  ambiguous: oneOf(['retry', 'stop'])
    .default('retry')
    .describe('An attempt that may have been billed without an answer: made again, or the end of the edit.'),
  timeouts: group({
    connectMs: duration(WAIT)
      .default(10 * SECOND)
      .describe('A connection to Google has to stand by then.'),
    firstByteMs: duration(WAIT)
      .default(170 * SECOND)
      .describe('An answer has to begin by then.'),
    idleMs: duration(WAIT)
      .default(60 * SECOND)
      .describe('Longest pause while an answer arrives.'),
    attemptMs: duration(WAIT)
      .default(175 * SECOND)
      .describe('An attempt has to be over by then; not below firstByteMs.'),
  }).prefault({}),
}).prefault({})

const Data = group({
  logInstructions: flag().default(false).describe('Whether logs may hold what callers ask for.'),
}).prefault({})

/** Sections of single settings: what is left out has its default. */
export const SECTIONS = {
  listen: Listen,
  admin: Admin,
  models: Models,
  limits: Limits,
  routing: Routing,
  cors: Cors,
  store: Store,
  observe: Observe,
  data: Data,
} as const
export type Sections = { readonly [Name in keyof typeof SECTIONS]: z.infer<(typeof SECTIONS)[Name]> }
