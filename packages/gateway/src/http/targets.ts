import { PlantainError } from '../contract/error.ts'
import type { TargetView } from '../contract/target-view.ts'
import { type Handler, jsonReply } from './exchange.ts'

/** What the door needs of the rest of the house. */
export interface TargetsParts {
  readonly view: () => readonly TargetView[]
  /** Whether there is such a key. */
  readonly setDraining: (keyName: string, isDraining: boolean) => boolean
  /** Reads the configuration again; `null`: it came from nowhere it could be read from again. */
  readonly reload: (() => Promise<Reloaded>) | null
}

/** What came of reading the configuration again. */
export interface Reloaded {
  /** Empty where it was taken; otherwise all that is wrong, and what was before still holds. */
  readonly mistakes: readonly string[]
  /** Settings that changed and hold only after a restart. */
  readonly needRestart: readonly string[]
}

/** `GET /v1/targets`: where edits go, and how that does. */
export function createListTargets({ view }: TargetsParts): Handler {
  return async () => jsonReply(200, { targets: view() })
}

/** `POST /v1/targets/{key}/drain` and `…/resume`: edits under way by the key end; new ones go by others, or by it again. */
export function createSetDraining({ view, setDraining }: TargetsParts, isDraining: boolean): Handler {
  return async ({ params }) => {
    const name = params['key'] ?? ''
    if (!setDraining(name, isDraining)) {
      throw new PlantainError(
        'not_found',
        'No target has a key of that name. GET /v1/targets lists them all.',
      )
    }
    return jsonReply(200, { targets: view().filter(({ keys }) => keys.some((key) => key.name === name)) })
  }
}

/** `POST /v1/reload`: as after SIGHUP, or a change of the file. */
export function createReload({ view, reload }: TargetsParts): Handler {
  return async () => {
    if (reload === null) {
      throw new PlantainError(
        'unsupported_option',
        'This gateway was started without a configuration file. Restart it, or give it one.',
      )
    }
    const { mistakes, needRestart } = await reload()
    if (mistakes.length > 0) throw new PlantainError('config_invalid', mistakes.join('\n'))
    return jsonReply(200, { needRestart, targets: view() })
  }
}
