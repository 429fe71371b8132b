import type { HeldFile } from './files/files.ts'
import type { Where } from './faults/where.ts'
import type { PersonaSet } from './faults/rule-sets.ts'
import type { SeenCall, Totals } from './record.ts'
import type { KeptTruth } from './turn/picture-source.ts'

/** Everything the emulator knows and nobody else does. */
export interface EmulatorState {
  /** ISO 8601, by the emulator's clock. */
  readonly now: string
  readonly seed: number
  readonly pictures: 'engine' | 'canned'
  readonly totals: Totals
  /** The latest calls, oldest first; the totals count all. */
  readonly calls: readonly SeenCall[]
  readonly files: readonly HeldFile[]
  readonly personas: readonly PersonaSet[]
  /** Faults of the emulator itself; anything but 0 is worth a report. */
  readonly crashes: number
  /** Where the last of them was. */
  readonly lastCrash: string | null
}

/** At least so many, but for `open`: at most. */
export interface WaitCondition {
  readonly calls?: number
  readonly generations?: number
  readonly images?: number
  readonly open?: number
}

/** What a test may do to a running emulator, by function or by calls under `/emulator`. */
export interface Emulation {
  state(): EmulatorState
  /** `null` where none is kept. */
  truthOf(callId: string): KeptTruth | null
  /** Whether the condition was met in time. */
  waitFor(
    condition: WaitCondition,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<boolean>
  personas(): readonly PersonaSet[]
  /** Adds faults to those that act already and returns an id to remove them by. */
  addPersonas(personas: string, where?: Where): string
  /** Missing: all. Whether there were any of that id. */
  removePersonas(id?: string): boolean
  /** Takes a fingerprint or the credential itself; returns the fingerprint. */
  revoke(credential: string): string
  restore(credential: string): string
  advanceClock(ms: number): void
  /** Forgets calls, bills, files, interactions, revocations and counts; start options stay. */
  reset(): Promise<void>
}
