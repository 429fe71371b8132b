/** How an edit ended; only `edited` is a success. */
export const OUTCOMES = [
  'edited',
  'unchanged',
  'no_image',
  'blocked',
  'wrong_shape',
  'preserve_failed',
  'failed',
  'cancelled',
] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Whether the provider billed: `unknown` where a connection broke after the request was written. */
export type Charged = 'yes' | 'no' | 'unknown'
