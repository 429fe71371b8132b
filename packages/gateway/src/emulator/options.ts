import type { IsoDate } from '../models/model.ts'
import type { Emulation } from './emulation.ts'
import type { PersonaList } from './faults/rule-sets.ts'
import type { Mix, MixName } from './pictures/drift.ts'
import type { ScenarioName } from './scenarios.ts'

export interface EmulatorOptions {
  /** 0, or missing: any that is free. */
  readonly port?: number
  /** `127.0.0.1` unless told otherwise: what listens elsewhere can be reached from there, without any password. */
  readonly host?: string
  /** Faults from the start, such as `503@30%, latency=2s..9s`; several with their own conditions as a list. */
  readonly personas?: string | readonly PersonaList[]
  /** The same seed and the same order of calls give the same answers. 1. */
  readonly seed?: number
  /** `engine` edits, in a worker; `canned` answers a fixed picture at once. */
  readonly pictures?: 'engine' | 'canned'
  /** How long a canned picture is at least, in bytes, up to 64 million; missing: as short as it gets. */
  readonly cannedBytes?: number
  /** How far the model's pictures drift from the photo where nothing was edited: `typical`, another mix, or ranges of your own. */
  readonly drift?: MixName | Mix
  /** The only keys and foreign tokens that are good; missing: all, but those that say they are `invalid`, `expired`, `leaked` or `denied`. */
  readonly keys?: readonly string[]
  /** Whether Imagen models, which Google has ended, answer all the same. `serve`. */
  readonly imagen?: 'serve' | 'gone'
  /** One of `SCENARIOS`; personas given beside it act as well, other options win over its own. */
  readonly scenario?: ScenarioName
  /** The day on which the emulator's clock starts; missing: today. Models come and go by it. */
  readonly date?: IsoDate
  /** How many calls `/emulator/state` lists; sums count all. 10,000. */
  readonly keepCalls?: number
}

export interface RunningEmulator extends Emulation {
  /** Base URL for every client: `http://127.0.0.1:49152`. */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}
