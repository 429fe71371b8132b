#!/usr/bin/env node
// Plain JavaScript on purpose: it has to run on an old Node long enough to say that a newer one is needed.
import { existsSync } from 'node:fs'

const NEEDED = 24
const major = Number(process.versions.node.split('.')[0])

if (major < NEEDED) {
  console.error(
    `plantain needs Node ${NEEDED} or newer; this is Node ${process.versions.node} (${process.execPath}).\n` +
      'In a checkout, `npm ci` brings its own: start it by `npm run edit -- ...` or `npx plantain ...`.\n' +
      'Elsewhere, install Node 24 (https://nodejs.org) and try again.',
  )
  process.exit(2)
}

// What was compiled once is read back the next time: it takes a third off every command that edits.
// NODE_DISABLE_COMPILE_CACHE=1 switches it off, NODE_COMPILE_CACHE says where it is kept.
const { enableCompileCache } = await import('node:module')
enableCompileCache()

// A checkout runs its TypeScript as it is; the published package carries JavaScript only.
const source = new URL('../src/cli/main.ts', import.meta.url)
const { main } = await import(
  existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href
)
await main(process.argv.slice(2))
