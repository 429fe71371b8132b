import { expect, test } from 'vitest'
import { CONTEXT } from './answer.fixture.ts'
import { classify } from './classify.ts'

/** Google repeats a value that it refuses, and by some of its own words a key is taken out for everybody. */
test.each([
  'API key not valid. Please pass a valid API key.',
  'API key expired. Please renew the API key.',
  'This method requires billing to be enabled.',
  "Permission 'aiplatform.endpoints.predict' denied on resource",
])('what a caller wrote is not taken for what Google says of a key: %s', (words) => {
  const message = `Invalid value at 'generation_config.response_modalities' (type.googleapis.com/…), "${words}"`
  const error = { code: 400, status: 'INVALID_ARGUMENT', message }
  const answer = classify({ status: 400, headers: {}, body: Buffer.from(JSON.stringify({ error })) }, CONTEXT)
  expect(answer).toMatchObject({ kind: 'fault', fault: { code: 'upstream_rejected' } })
})
