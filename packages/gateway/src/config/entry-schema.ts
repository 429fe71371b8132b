import { z } from 'zod'
import { ENVIRONMENT, KEY_HASH, KEY_ID, SCOPES } from '../contract/caller.ts'
import { PROVIDER_KINDS } from '../contract/provider.ts'
import { REGION, REGION_GROUPS } from '../contract/residency.ts'
import { credentialUrl, flag, group, list, matching, oneOf, path, positive, says, whole } from './scalars.ts'

// What the lists of plantain.yaml are made of: keys, credentials, targets and routes.

const ID = matching(
  KEY_ID,
  'a name of letters, digits, dots, dashes and underscores, at most 64',
  'Choose a short name; it appears in logs.',
)
const MODEL = matching(/^[\w.@/-]{1,200}$/, 'the id or alias of a model', 'See `plantain models`.')
const environment = () =>
  matching(
    ENVIRONMENT,
    'an environment in small letters, at most 32',
    'Write it as keys begin: live for pl_live_…, test for pl_test_….',
  )
const region = () =>
  matching(
    REGION,
    `a region: ${REGION_GROUPS.join(', ')}, or a location such as europe-west4`,
    'Write one of these; leave regions out where edits may go anywhere.',
  )

/** What a key may have under way, and what it may ask for. */
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
  models: list(MODEL, { most: 1000 })
    .optional()
    .describe('Models it may use, by id or alias. Left out: all.'),
  providers: list(oneOf(PROVIDER_KINDS), { most: PROVIDER_KINDS.length })
    .optional()
    .describe('Where its edits may go. Left out: anywhere.'),
  environment: environment()
    .optional()
    .describe('What it is for, such as live or test; credentials of another environment do not serve it.'),
  regions: list(region(), { most: 100 })
    .optional()
    .describe(
      `Regions its edits never leave: ${REGION_GROUPS.join(', ')}, or locations such as europe-west4. Left out: anywhere.`,
    ),
  passThrough: flag()
    .optional()
    .describe('Whether a Google credential it sends is used in place of the gateway’s.'),
  limits: group({
    concurrent: CONCURRENT.optional().describe('Requests under way at once.'),
    requestsPerMinute: PER_MINUTE.optional().describe('Requests a minute.'),
    costMicroUsdPerEdit: whole({ from: 0, to: 1_000_000_000 })
      .optional()
      .describe('Millionths of a dollar an edit may cost by estimate; what would cost more is not sent.'),
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
  environment: environment().optional().describe('Serves only keys of this environment. Left out: all keys.'),
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
  credentials: list(ID, { most: 1000 })
    .optional()
    .describe('Ids of several credentials of the same place, in place of credential: a pool.'),
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
  quota: group({
    requestsPerMinute: PER_MINUTE.optional().describe(
      'Requests a minute that Google grants each credential for a model; the gateway paces itself by it.',
    ),
    inputTokensPerMinute: whole({ from: 1, to: 1_000_000_000_000 })
      .optional()
      .describe('Input tokens a minute, likewise.'),
  })
    .optional()
    .describe('What Google grants; not for local.'),
})
export type TargetEntry = z.infer<typeof Target>

/** A step is looked at by itself, see `Step`: it may be a bare name. */
const STEP = z.unknown().meta({ title: 'steps' })
const MOST_STEPS = 100

export const Route = group({
  name: ID.optional().describe('What other routes call it, to take over its steps.'),
  models: list(MODEL, { most: 1000 })
    .optional()
    .describe('Models it is for, by id or alias; the first route that names a model counts. Left out: all.'),
  steps: list(STEP, { most: MOST_STEPS }).describe(
    'What is tried, one after the other: names of targets, or steps as below.',
  ),
})
export type RouteEntry = z.infer<typeof Route>

const TARGET = TARGET_NAME.describe('Name of a target.')
const STEP_MODEL = MODEL.optional().describe(
  'Model to ask there, by id or alias. Left out: the one that was asked for.',
)
const WEIGHT = positive({ to: 1_000_000 })
  .optional()
  .describe('Its share of the load among the members of any. Left out: 1.')

/** One of `target`, `any` and `route`, which is for whoever reads it to see. */
export const Step = group({
  target: TARGET.optional(),
  model: STEP_MODEL,
  weight: WEIGHT,
  any: list(STEP, { most: MOST_STEPS })
    .optional()
    .describe('In place of target: several steps with a target that share the load by their weights.'),
  route: ID.optional().describe('In place of target: name of a route whose steps are put here.'),
})
export type StepEntry = z.infer<typeof Step>

/** A member of `any`. */
export const Member = group({ target: TARGET, model: STEP_MODEL, weight: WEIGHT })
export type MemberEntry = z.infer<typeof Member>

/** Sections that are lists, by what an item is made of. */
export const LISTS = { keys: Key, credentials: Credential, targets: Target, routes: Route } as const

/** Most items a list may have: enough for a key a customer. */
export const MOST_ITEMS = 10_000
/** Routes may name each other, one after the other, and are followed as deep. */
export const MOST_ROUTES = 500
