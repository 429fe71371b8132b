import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../../..')
const PAGES = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT }).toSorted()

/** The page, without what only looks like links: code. */
function proseOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ''))
}

/** What GitHub makes of headings. */
function anchorsOf(file: string): ReadonlySet<string> {
  const headings = [...proseOf(file).matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

test.each(PAGES)('%s: its links lead somewhere', (page) => {
  const targets = [...proseOf(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, to = '']) => to)
  const lost = targets.filter((target) => {
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? page : join(dirname(page), path)
    if (!existsSync(join(ROOT, file))) return true
    return anchor !== undefined && !anchorsOf(file).has(anchor)
  })
  expect(lost).toEqual([])
})

test.each(PAGES)('%s: every footnote is there, and every one is used', (page) => {
  const prose = proseOf(page)
  const used = new Set([...prose.matchAll(/\[\^(\w[\w-]*)\](?!:)/g)].map(([, name]) => name))
  const defined = new Set([...prose.matchAll(/^\[\^(\w[\w-]*)\]:/gm)].map(([, name]) => name))
  expect(used).toEqual(defined)
})
