/**
 * Tokens that retries at a target cost: while it answers they come back, and once it does not they run out, so that whoever
 * is down is asked hardly more often than there are edits. The figures are those of the AWS SDKs, by which a target that is
 * dead gets 1.00 to 1.06 attempts an edit.
 */
export interface RetryBudget {
  /** Takes what a retry costs; whether there was enough. */
  spend(cost: number): boolean
  /** After an attempt that was answered: what its retry had cost, or one token. */
  refund(spent: number): void
  /** Of a retry that was never sent. */
  giveBack(spent: number): void
  tokens(): number
}

export const MOST_TOKENS = 500
export const RETRY_COST = 5
/** A target that is late costs its callers time as well. */
export const RETRY_COST_WHEN_LATE = 10

export function createRetryBudget(): RetryBudget {
  let tokens = MOST_TOKENS
  return {
    spend(cost) {
      if (cost > tokens) return false
      tokens -= cost
      return true
    },
    refund(spent) {
      tokens = Math.min(MOST_TOKENS, tokens + Math.max(1, spent))
    },
    giveBack(spent) {
      tokens = Math.min(MOST_TOKENS, tokens + spent)
    },
    tokens: () => tokens,
  }
}
