import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{kernel,platform,modules,packs,app,ui,tools}/**/*.test.{ts,tsx}'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ['./tools/vitest-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
  },
})
