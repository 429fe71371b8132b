import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ERRORS, type ErrorEntry } from '../packages/gateway/src/contract/error.ts'

const PAGE = resolve(import.meta.dirname, '../docs/errors.md')

/** The table of what can go wrong, for readers; `npm run docs` writes it, a test holds it fresh. */
export function errorsPage(): string {
  const sections = Object.entries<ErrorEntry>(ERRORS).map(
    ([code, { text, status, exit, retryable, charged }]) => `## ${code}

${text}

HTTP ${status} · exit ${exit} · ${retryable ? 'the same request may succeed later' : 'change something before you try again'} · charged: ${charged}
`,
  )
  return `# Errors

Every error has one of these codes: in \`error.code\` of a result and of \`plantain edit --json\`, and in \`code\` of a
\`PlantainError\`. The message that comes with it names the particulars. "charged" is what is known where nothing more
precise is; each attempt of a result says it for itself. Generated from the code table; do not edit by hand.

${sections.join('\n')}`
}

if (import.meta.main) {
  // The package carries a copy of its own, since results name places in it.
  const page = process.argv[2] ?? PAGE
  await mkdir(dirname(page), { recursive: true })
  await writeFile(page, errorsPage())
}
