import type { Findings } from './findings.ts'
import type { YamlTree } from './yaml-tree.ts'

interface Shape {
  readonly looks: RegExp
  readonly what: string
}

/** Secrets that give themselves away, wherever in the file they stand, comments included. */
const SHAPES: readonly Shape[] = [
  { looks: /\bAIza[\w-]{30,}/g, what: 'a Google API key' },
  { looks: /\bAQ\.[\w-]{20,}/g, what: 'a Google API key' },
  { looks: /\bya29\.[\w.-]{20,}/g, what: 'a Google access token' },
  { looks: /-----BEGIN [A-Z ]*PRIVATE KEY-----/g, what: 'a private key' },
  { looks: /\bpl_(?:live|test)_[0-9A-Za-z]{27}_[0-9A-Za-z]{6}\b/g, what: 'a gateway key' },
]

/** Enough to see that there are some. */
const MOST_WARNINGS = 20

interface SecretFile {
  readonly name: string
  readonly text: string
  readonly isWorldReadable: boolean
}

/**
 * Warns of secrets of a known shape, and refuses any secret in a file that everybody on this machine can read.
 * An API key that is written out is a secret whatever it looks like.
 */
export function noteSecrets(
  { name, text, isWorldReadable }: SecretFile,
  tree: YamlTree,
  findings: Findings,
): void {
  const shown = SHAPES.flatMap(({ looks, what }) =>
    [...text.matchAll(looks)].map(({ index }) => ({ place: tree.placeAt(index), what })),
  )
  for (const { place, what } of shown.slice(0, MOST_WARNINGS)) {
    const problem = `is ${what}, and whoever sees the file has it`
    const remedy =
      what === 'a gateway key'
        ? 'Take it out; the file needs its hash only.'
        : 'Put it into a variable and write ${NAME} here, such as ${GEMINI_API_KEY}.'
    findings.warnings.push({ place, path: '', problem, remedy })
  }
  if (!isWorldReadable) return
  const [first] = [
    ...shown.map(({ place }) => ({ place, path: '' })),
    ...[...tree.literals]
      .filter(([path]) => /^credentials\[\d+\]\.apiKey$/.test(path))
      .map(([path, place]) => ({ place, path })),
  ]
  if (first === undefined) return
  findings.mistakes.push({
    ...first,
    problem: 'is a secret in a file that every user of this machine can read',
    remedy: `chmod 600 ${name}, or put the secret into a variable and write \${NAME} in its place.`,
  })
}
