import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { KEY_HASH, KEY_ID, SCOPES } from '../contract/caller.ts'
import { PROVIDER_KINDS } from '../contract/provider.ts'
import {
  credentialUrl,
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
  says,
  seconds,
  size,
  whole,
} from './scalars.ts'

// What may stand in plantain.yaml, section by section. `docs/configuration.md` is made of these descriptions, and the
// names of PLANTAIN_… variables of these names.

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const MB = 1_000_000
const GiB = 2 ** 30

const ID = matching(
  KEY_ID,
  'a name of letters, digits, dots, dashes and underscores, at most 64',
  'Choose a short name; it appears in logs.',
)
const PORT = { from: 0, to: 65_535 }
const host = () =>
  matching(
    /^[A-Za-z0-9.:_-]{1,253}$|^\[[0-9A-Fa-f:.]+\]$/,
    'an address to listen on',
    'Write 127.0.0.1 for this machine only, or 0.0.0.0 for everybody.',
  ).transform((value) => value.replace(/^\[(.*)\]$/, '$1'))

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

const Data = group({
  logInstructions: flag().default(false).describe('Whether logs may hold what callers ask for.'),
}).prefault({})

/** Sections of single settings: what is left out has its default. */
export const SECTIONS = {
  listen: Listen,
  admin: Admin,
  models: Models,
  limits: Limits,
  cors: Cors,
  store: Store,
  observe: Observe,
  data: Data,
} as const
export type Sections = { readonly [Name in keyof typeof SECTIONS]: z.infer<(typeof SECTIONS)[Name]> }

/** What a key that says nothing else may have under way, and what it may ask for. */
const CONCURRENT = whole({ from: 1, to: 100_000 })
const PER_MINUTE = whole({ from: 1, to: 6_000_000 })

export const Key = group({
  id: ID.optional().describe('Its name, in logs and limits.'),
  hash: z
    .string({
      error: says(
        'has to be the hash of a key',
        'Make a key with `plantain keys new`: it prints the line to paste.',
      ),
    })
    .trim()
    .toLowerCase()
    .regex(
      KEY_HASH,
      says('is not the hash of a key', 'Make a key with `plantain keys new`: it prints the line to paste.'),
    )
    .meta({ title: 'hash' })
    .optional()
    .describe('SHA-256 of the key, as `plantain keys new` prints it.'),
  keyless: flag()
    .optional()
    .describe(
      'true, in place of id and hash: this entry is for callers on this machine where there are no keys.',
    ),
  scopes: list(oneOf(SCOPES), { most: SCOPES.length }).optional().describe('What it is good for.'),
  models: list(matching(/^[\w.@/-]{1,200}$/, 'the id or alias of a model', 'See `plantain models`.'), {
    most: 1000,
  })
    .optional()
    .describe('Models it may use, by id or alias. Left out: all.'),
  providers: list(oneOf(PROVIDER_KINDS), { most: PROVIDER_KINDS.length })
    .optional()
    .describe('Where its edits may go. Left out: anywhere.'),
  passThrough: flag()
    .optional()
    .describe('Whether a Google credential it sends is used in place of the gateway’s.'),
  limits: group({
    concurrent: CONCURRENT.optional().describe('Requests under way at once.'),
    requestsPerMinute: PER_MINUTE.optional().describe('Requests a minute.'),
  })
    .optional()
    .describe('How much it may do.'),
})
export type KeyEntry = z.infer<typeof Key>

export const Credential = group({
  id: ID.describe('What targets call it.'),
  apiKey: matching(
    /^[\x21-\x7e]{1,4096}$/,
    'an API key on one line, without spaces',
    'Write ${GEMINI_API_KEY}, and set that variable to the key.',
  )
    .optional()
    .describe('An API key; write ${GEMINI_API_KEY} rather than the key itself.'),
  adc: flag()
    .optional()
    .describe('true: Application Default Credentials, as gcloud and Google Cloud provide them.'),
  serviceAccountFile: path().optional().describe('A credential file, as Google Cloud hands them out.'),
  impersonate: z
    .email({
      error: says(
        'has to be the address of a service account',
        'Write it as name@project.iam.gserviceaccount.com.',
      ),
    })
    .meta({ title: 'address' })
    .optional()
    .describe('Service account to act as; not with an API key.'),
})
export type CredentialEntry = z.infer<typeof Credential>

const TARGET_NAME = matching(
  /^[A-Za-z0-9][A-Za-z0-9:#._-]{0,63}$/,
  'a name of letters, digits and :#._-, at most 64',
  'Choose a short name; it appears in answers and logs.',
)

export const Target = group({
  provider: oneOf(PROVIDER_KINDS).describe('Kind of place.'),
  credential: ID.optional().describe('Id of a credential; not for local.'),
  name: TARGET_NAME.optional().describe(
    'What answers and logs call it. Left out: made of provider and location.',
  ),
  baseUrl: credentialUrl()
    .optional()
    .describe('Another address of the API: a private endpoint, or the emulator.'),
  apiVersion: oneOf(['v1beta', 'v1']).optional().describe('ai-studio only. Left out: v1beta.'),
  project: matching(
    /^[a-z0-9][a-z0-9.:-]{3,63}$/,
    'the id of a Google Cloud project',
    'Look it up with `gcloud projects list`.',
  )
    .optional()
    .describe('vertex only. Left out: the credential’s own.'),
  location: matching(
    /^[a-z]+(?:-[a-z]+\d+)?$/,
    'a location',
    'Write global, us, eu, or one like europe-west4.',
  )
    .optional()
    .describe('vertex only. Left out: global, where Google serves its current image models.'),
})
export type TargetEntry = z.infer<typeof Target>

/** Sections that are lists, by what an item is made of. */
export const LISTS = { keys: Key, credentials: Credential, targets: Target } as const

/** Most items a list may have: enough for a key a customer. */
export const MOST_ITEMS = 10_000
