import { defineConfig } from '@playwright/test'
import { chromiumPath } from './tools/browser/chromium.ts'

const { executablePath, env, args } = await chromiumPath()

/**
 * Where the phone goes another way than the desk, or is held in the hand of whoever decides. What only shows the same pages narrower is
 * opened there by phone-pages.spec.ts: they fit, and are accessible.
 */
const onThePhone = ['accounts', 'cases', 'contacts', 'matters', 'notice', 'phone-pages', 'recovery', 'tasks']

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/setup.ts',
  outputDir: 'test-results',
  // One server and one database stand behind all browser tests: they run one after another. One that fails is a fault of the
  // page or of the test, never of the weather.
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  // The packaged Chromium stalls for seconds on new Chinese glyphs when two cores are shared: patience, not retries.
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    actionTimeout: 40_000,
    navigationTimeout: 30_000,
    // A trace of every action costs a third of the time; E2E_TRACE=1 keeps those of failures.
    trace: process.env.E2E_TRACE ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    // Without a UTF-8 locale Chromium cannot write a Chinese file name and calls it "download".
    launchOptions: {
      executablePath,
      // The faces the web brings are on this machine already: fetching them anew for each page costs a quarter of the time.
      args: [...args, '--disable-remote-fonts'],
      env: { ...process.env, ...env, LC_ALL: 'C.UTF-8' } as Record<string, string>,
    },
  },
  projects: [
    { name: 'desktop', testIgnore: '**/phone-pages.spec.ts', use: { viewport: { width: 1440, height: 900 } } },
    {
      name: 'phone',
      testMatch: onThePhone.map((name) => `**/${name}.spec.ts`),
      use: {
        viewport: { width: 390, height: 844 },
        deviceScaleFactor: 2,
        isMobile: true,
        hasTouch: true,
        userAgent:
          'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Mobile Safari/537.36',
      },
    },
  ],
})
