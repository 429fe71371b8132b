import { createEmulator } from './emulator/create-emulator.ts'
import type { EmulatorOptions, RunningEmulator } from './emulator/options.ts'
import { realSystem } from './system.ts'

export type { EmulatorOptions, RunningEmulator } from './emulator/options.ts'
export type { Emulation, EmulatorState, WaitCondition } from './emulator/emulation.ts'
export type { SeenCall } from './emulator/record.ts'

/**
 * Starts Google's Nano Banana on this machine, for tests: AI Studio, Vertex AI, files, tokens, and failures on demand.
 * Rejects with `PlantainError` where an option is wrong or the port is taken.
 */
export function startEmulator(options: EmulatorOptions = {}): Promise<RunningEmulator> {
  return createEmulator(options, realSystem)
}
