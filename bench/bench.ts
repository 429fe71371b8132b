/** `npm run bench -- <name>`: prints one table. Run it on a machine that does nothing else. */
const BENCHES = {
  edit: () => import('./edit.ts'),
  emulator: () => import('./emulator.ts'),
  gateway: () => import('./gateway.ts'),
  observe: () => import('./observe.ts'),
  route: () => import('./route.ts'),
  skeleton: () => import('./skeleton.ts'),
} as const

const name = process.argv[2] ?? ''
if (!(name in BENCHES)) {
  console.error(`Say which: npm run bench -- ${Object.keys(BENCHES).join(' | ')}`)
  process.exit(2)
}
const { bench } = await BENCHES[name as keyof typeof BENCHES]()
await bench()
