import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{kernel,platform,modules,packs,app,ui,tools}/**/*.test.{ts,tsx}'],
    testTimeout: 30_000,
    // As the browser tests: in CI one of four thousand that fails by the clock of a shared machine is run once more, and told as retried.
    retry: process.env.CI ? 1 : 0,
    hookTimeout: 60_000,
    globalSetup: ['./tools/vitest-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
  },
})
