import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
    pool: 'forks',
    // Two workers: each may hold the segmentation network (about 450 MB) and its threads.
    maxWorkers: 2,
    // Generous, since machines are shared: a test that hangs is found all the same.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
