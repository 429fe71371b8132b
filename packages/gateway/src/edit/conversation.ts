import type { EditRequest, InputPart } from '../contract/request.ts'

/** How what was said before the edit is told from it. */
export interface Conversation {
  /** The first part of the caller's last turn; 0 where there was none before. */
  readonly lastTurnAt: number
  /** The part that is edited: the first picture of the last turn, else the latest before it; -1: there is none. */
  readonly editedAt: number
}

export function conversationOf(input: readonly InputPart[]): Conversation {
  const lastTurnAt = input.findLastIndex(({ by }) => by === 'model') + 1
  const own = input.findIndex(({ kind }, at) => kind === 'image' && at >= lastTurnAt)
  const editedAt = own === -1 ? input.findLastIndex(({ kind }) => kind === 'image') : own
  return { lastTurnAt, editedAt }
}

/** Of a target that remembers nothing, what of the conversation it needs to make the edit. */
export function withoutThePast({ input }: EditRequest): (at: number) => boolean {
  const { lastTurnAt, editedAt } = conversationOf(input)
  return (at) => at >= lastTurnAt || at === editedAt
}
