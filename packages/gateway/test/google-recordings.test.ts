import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ERRORS } from '../src/contract/error.ts'
import type { Answer } from '../src/contract/provider.ts'
import { classify } from '../src/wire/classify.ts'

/** Answers recorded from Google, kept beside the checkout where they may be; they are not part of it. */
const FOLDER = resolve(import.meta.dirname, '../../../../shared/google-recordings')
const there = existsSync(FOLDER)
if (!there) console.warn(`No recordings of Google at ${FOLDER}: their tests are skipped.`)

const files = there ? globSync('**/*.{json,txt,html}', { cwd: FOLDER }).toSorted() : []

/** The first pattern that fits a file's name says what it has to be taken for. */
const EXPECTED: readonly [pattern: RegExp, taken: string][] = [
  [/schema\.json$/, 'upstream_unreadable'],
  [/\.html$/, 'upstream_unreadable'],
  [/no-billable-characters/, 'upstream_unreadable'],
  [/failure-api-key/, 'credential_invalid'],
  [/failure-unknown-model/, 'model_unavailable'],
  [/failure-unsupported-user-location/, 'region_unavailable'],
  [/failure-quota-exceeded/, 'quota_exhausted'],
  [/failure-(?:image-rejected|invalid-context-cache-id)/, 'upstream_rejected'],
  [/failure-generate-images-prompt-blocked/, 'image_blocked'],
  [/failure-generate-images-all-filtered/, 'blocked FILTERED'],
  [/failure-generate-images-gcs-some-filtered/, 'no_image STORED_ELSEWHERE'],
  [/failure-generate-images-base64-some-filtered/, 'image'],
  [/failure-prompt-blocked-safety/, 'blocked SAFETY'],
  [/failure-unknown-enum-prompt-blocked/, 'blocked FAKE_NEW_BLOCK_REASON'],
  [/failure-finish-reason-safety/, 'blocked SAFETY'],
  [/failure-recitation-no-content/, 'blocked RECITATION'],
  [/failure-unknown-finish-enum/, 'no_image FAKE_ENUM'],
  [/failure-with-message-no-content/, 'no_image OTHER'],
  [/failure-malformed-content/, 'no_image EMPTY'],
  [/success-empty-part/, 'image'],
  [/success-(?:missing-safety-ratings|quotes-escaped)/, 'no_image TEXT_ONLY'],
  [/success/, 'no_image STOP'],
]

function classified(body: Uint8Array): Answer {
  return classify(
    { status: statusOf(body), headers: {}, body },
    { costMicroUsd: () => 0, hidden: [], nowMs: 0 },
  )
}

/** The recordings are bodies without their status: an error's own code stands for it. */
function statusOf(body: Uint8Array): number {
  try {
    return JSON.parse(Buffer.from(body).toString()).error?.code ?? 200
  } catch {
    return 200
  }
}

function taken(answer: Answer): string {
  if (answer.kind === 'refusal') return `${answer.outcome} ${answer.reason}`
  return answer.kind === 'fault' ? answer.fault.code : 'image'
}

describe.skipIf(!there)('recordings of Google', () => {
  test('there are some', () => {
    expect(files.length).toBeGreaterThan(50)
  })

  test.each(files)('%s', (file) => {
    const expected = EXPECTED.find(([pattern]) => pattern.test(basename(file)))?.[1]
    const body = readFileSync(resolve(FOLDER, file))
    expect(taken(classified(body))).toBe(expected)
    for (let part = 0; part < 50; part += 1) {
      const answer = classified(body.subarray(0, Math.floor((body.length * part) / 50)))
      expect(['image', 'refusal', 'fault']).toContain(answer.kind)
      if (answer.kind === 'fault') expect(ERRORS).toHaveProperty(answer.fault.code)
    }
  })
})
