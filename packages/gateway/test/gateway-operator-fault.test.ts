import { expect, onTestFinished, test } from 'vitest'
import { aiStudio, gatewayWith, SETTINGS } from './gateway-client.ts'
import { answering, data, IMAGE, jsonOf, MODEL, PICTURE, post, TEXT, WORDS } from './interactions-client.ts'
import { type Play, startScriptedServer } from './scripted-server.ts'

/** What Google says of the operator's account is none of a caller's business, on any door and in any place. */

const PROJECT = 'canary-project-4711'
const DENIED: Play = {
  status: 403,
  json: {
    error: {
      code: 403,
      status: 'PERMISSION_DENIED',
      message: `Permission 'aiplatform.endpoints.predict' denied on resource project ${PROJECT}.`,
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'IAM_PERMISSION_DENIED',
          domain: 'iam.googleapis.com',
          metadata: { permission: 'aiplatform.endpoints.predict', resource: `projects/${PROJECT}` },
        },
      ],
    },
  },
}

/** A gateway whose Google refuses the first of so many requests, once all of them are there. */
async function deniedOnceOf(count: number): Promise<string> {
  const all = Promise.withResolvers<void>()
  const google = await startScriptedServer(async (_, index) => {
    if (index === count - 1) all.resolve()
    await all.promise
    return index === 0 ? DENIED : answering(PICTURE)
  })
  onTestFinished(() => google.close())
  const targets = [aiStudio(google.origin)]
  const gateway = await gatewayWith({ targets, routing: { ...SETTINGS.routing, attempts: 1 } })
  onTestFinished(async () => void (await gateway.close()))
  return gateway.url
}

function expectNothingOfIt(said: unknown): void {
  expect(JSON.stringify(said)).toContain('target_misconfigured')
  expect(JSON.stringify(said)).not.toMatch(new RegExp(`${PROJECT}|permission|IAM|aiplatform`, 'i'))
}

const INPUT = [WORDS, { inlineData: { data, mimeType: 'image/jpeg' } }]
const OWN = { code: 'target_misconfigured', message: expect.stringContaining('Its operator') }
const MISSING = [{ index: 0, ...OWN }]

test.each([
  ['native', '/v1/edits', { input: INPUT, output: { count: 2 } }, { missing: MISSING }],
  [
    'OpenAI',
    '/v1/images/edits',
    { prompt: WORDS, image: `data:image/jpeg;base64,${data}`, n: 2 },
    { plantain: { missing: MISSING } },
  ],
  [
    'interactions',
    '/v1/interactions',
    { input: [TEXT, IMAGE], plantain: { output: { count: 2 } } },
    { errors: [OWN] },
  ],
])('of two results, beside the one that came: %s', async (_, path, body, told) => {
  const response = await post(await deniedOnceOf(2), { model: MODEL, ...body }, { path })
  const answer = await jsonOf(response)
  expect([response.status, answer]).toMatchObject([200, told])
  expectNothingOfIt(answer.missing ?? answer.plantain?.missing ?? answer.errors)
  expect(JSON.stringify(answer)).not.toContain(PROJECT)
})

test('of an edit that failed, and in what is kept of it', async () => {
  const url = await deniedOnceOf(1)
  const response = await post(url, { model: MODEL, input: INPUT }, { path: '/v1/edits' })
  const { attempts: _, ...problem } = await jsonOf(response)
  expect(response.status).toBe(502)
  expectNothingOfIt(problem)
  const kept = await jsonOf(await fetch(`${url}/v1/edits/${response.headers.get('plantain-edit-id')}`))
  expect(kept).toMatchObject({ outcome: 'failed', error: OWN })
  expectNothingOfIt(kept.error)
  expect(JSON.stringify(kept)).not.toContain(PROJECT)
})
