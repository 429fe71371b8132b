import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const DOCS = resolve(import.meta.dirname, '../../../../docs')

/** A fenced block of a page in `docs/`. */
export interface Block {
  /** `<!-- run: name -->` before it: it is run as it stands. `null`: it is shown only. */
  readonly name: string | null
  /** What the comment before it says; `''` where there is none. */
  readonly mark: string
  /** As the fence has it: `ts`, `sh`, `python`, `json`. */
  readonly language: string
  readonly code: string
}

export interface Page {
  readonly text: string
  /** In order. */
  readonly blocks: readonly Block[]
  /** Throws where there is none of that name. */
  block(name: string): Block
}

const FENCED = /(?:<!-- (?<mark>[^>]*) -->\n)?```(?<language>\w*)\n(?<code>[\s\S]*?)\n```/g

export function readPage(file: string): Page {
  const text = readFileSync(resolve(DOCS, file), 'utf8')
  const blocks = [...text.matchAll(FENCED)].map(({ groups = {} }): Block => {
    const { mark = '', language = '', code = '' } = groups
    return { name: /^run: ([\w-]+)$/.exec(mark)?.[1] ?? null, mark, language, code }
  })
  return {
    text,
    blocks,
    block: (name) => {
      const found = blocks.find((one) => one.name === name)
      if (found === undefined) throw new Error(`docs/${file} has no block named ${name}.`)
      return found
    },
  }
}
