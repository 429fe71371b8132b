import { expect, test } from 'vitest'
import { realSystem } from '../system.ts'
import { memoryLedger } from './ledger.ts'

const end = { status: 503, code: 'upstream_overloaded', ms: 5, costMicroUsd: 0 } as const

test('an attempt that never ended may have been billed, and the edit says so', async () => {
  const ticket = await memoryLedger(realSystem).reserve()
  expect(ticket.bill()).toEqual({ attempts: [], charged: 'no', costMicroUsd: 0 })
  await ticket.begin({ target: 'ai-studio', model: 'm' })
  expect(ticket.bill()).toMatchObject({
    charged: 'unknown',
    attempts: [{ target: 'ai-studio', status: null }],
  })
})

test('costs add up over attempts, and one charge makes the edit charged', async () => {
  const ticket = await memoryLedger(realSystem).reserve()
  const [a, b, c] = [
    await ticket.begin({ target: 'x', model: 'm' }),
    await ticket.begin({ target: 'y', model: 'm' }),
    await ticket.begin({ target: 'z', model: 'm' }),
  ]
  await ticket.end(a, { ...end, charged: 'no' })
  await ticket.end(b, { ...end, charged: 'unknown' })
  expect(ticket.bill().charged).toBe('unknown')
  await ticket.end(c, {
    ...end,
    code: null,
    status: 200,
    charged: 'yes',
    costMicroUsd: 33_600,
  })
  expect(ticket.bill()).toMatchObject({ charged: 'yes', costMicroUsd: 33_600 })
  expect(ticket.bill().attempts.map(({ target }) => target)).toEqual(['x', 'y', 'z'])
})
