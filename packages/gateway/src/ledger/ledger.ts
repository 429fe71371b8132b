import type { Attempt, AttemptEnd, AttemptLog } from '../contract/attempt.ts'
import { newId } from '../contract/id.ts'
import type { Charged } from '../contract/outcome.ts'
import type { System } from '../contract/system.ts'

/** What an edit has cost so far. */
export interface Bill {
  readonly attempts: readonly Attempt[]
  readonly charged: Charged
  readonly costMicroUsd: number
}

/** One edit's page: attempts are written on it as they begin and end. */
export interface Ticket extends AttemptLog {
  readonly editId: string
  bill(): Bill
}

export interface Ledger {
  /** @param edit.id Where the caller knows it beforehand. */
  reserve(edit?: { readonly id?: string }): Promise<Ticket>
}

/**
 * The ledger of one process, in memory: it forgets with the process, which is right for a library call or a
 * command, whose caller holds the only copy of the result anyway.
 */
export function memoryLedger(system: System): Ledger {
  return {
    reserve: async ({ id: given } = {}) => {
      const attempts = new Map<string, Attempt>()
      return {
        editId: given ?? newId('edit', system),
        begin: async ({ target, model }) => {
          const id = newId('att', system)
          // Until its end is known, an attempt may have been billed.
          attempts.set(id, {
            id,
            target,
            model,
            status: null,
            code: null,
            charged: 'unknown',
            costMicroUsd: 0,
            ms: 0,
          })
          return id
        },
        end: async (id, end) => {
          const begun = attempts.get(id)
          if (begun) attempts.set(id, { ...begun, ...ended(end) })
        },
        bill: () => billOf([...attempts.values()]),
      }
    },
  }
}

function ended({
  status,
  code,
  charged,
  costMicroUsd,
  ms,
}: AttemptEnd): Omit<Attempt, 'id' | 'target' | 'model'> {
  return { status, code, charged, costMicroUsd, ms }
}

/** One attempt that was charged makes the edit charged; one that is uncertain leaves it uncertain. */
function billOf(attempts: readonly Attempt[]): Bill {
  const said = attempts.map(({ charged }) => charged)
  return {
    attempts,
    charged: said.includes('yes') ? 'yes' : said.includes('unknown') ? 'unknown' : 'no',
    costMicroUsd: attempts.reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0),
  }
}
