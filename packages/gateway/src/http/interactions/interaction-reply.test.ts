import { expect, test } from 'vitest'
import type { EditResult } from '../../contract/result.ts'
import { editedResult } from '../../observe/edit.fixture.ts'
import { realSystem } from '../../system.ts'
import { interactionReply, type InteractionReplyOptions } from './interaction-reply.ts'

const FAILED = {
  outcome: 'preserve_failed',
  error: { code: 'preserve_failed', message: 'It could not be put back.', docs: 'docs/errors.md' },
} as const satisfies Partial<EditResult>

function replied(changes: Partial<EditResult>, more: Partial<InteractionReplyOptions> = {}) {
  const { status, body } = interactionReply(editedResult(realSystem, changes), {
    model: 'nano-banana',
    stream: false,
    wantsText: true,
    createdMs: 0,
    updatedMs: 1000,
    acceptAny: false,
    links: null,
    ownCredential: false,
    ...more,
  })
  if (!Array.isArray(body)) throw new TypeError('It is all there.')
  return { status, document: JSON.parse(Buffer.concat(body).toString()) }
}

const kindsIn = ({ document }: ReturnType<typeof replied>) =>
  document.steps.flatMap(({ content }: { content: { type: string }[] }) => content.map(({ type }) => type))

test('a picture that was not put back stays here, and is no error that clients would pay for again', () => {
  const reply = replied(FAILED)
  expect(kindsIn(reply)).toEqual(['text'])
  expect(reply).toMatchObject({
    status: 200,
    document: { status: 'incomplete', errors: [{ code: 'preserve_failed' }] },
  })
})

test('unless any picture is welcome', () => {
  expect(kindsIn(replied(FAILED, { acceptAny: true }))).toEqual(['text', 'image'])
})

test('what was not billed is an error', () => {
  const error = { code: 'upstream_interrupted', message: 'It broke off.', docs: 'docs/errors.md' } as const
  expect(replied({ outcome: 'failed', images: [], error, charged: 'no' })).toEqual({
    status: 502,
    document: { error: { code: 'upstream_interrupted', message: 'It broke off.' } },
  })
  // What may have been billed would be asked for again, and paid for.
  const unclear = replied({ outcome: 'failed', images: [], text: '', error, charged: 'unknown' })
  expect(unclear).toMatchObject({ status: 200, document: { status: 'failed' } })
})

test('times are those of the edit', () => {
  expect(replied({}).document).toMatchObject({
    created: '1970-01-01T00:00:00.000Z',
    updated: '1970-01-01T00:00:01.000Z',
  })
})
