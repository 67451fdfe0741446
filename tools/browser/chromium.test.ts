import { chromium } from '@playwright/test'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, chromiumPath } from './chromium.ts'

describe('chromiumPath', () => {
  const named = process.env.CHROMIUM
  afterEach(() => {
    if (named === undefined) delete process.env.CHROMIUM
    else process.env.CHROMIUM = named
  })

  it('takes the browser that CHROMIUM names, and says so when there is none', async () => {
    process.env.CHROMIUM = process.execPath
    expect(await chromiumPath()).toMatchObject({ executablePath: process.execPath, env: {} })
    process.env.CHROMIUM = '/nowhere/chromium'
    await expect(chromiumPath()).rejects.toThrow('/nowhere/chromium')
  })

  describe('unpacks its own', () => {
    let browsers: Browser[]
    beforeAll(async () => {
      delete process.env.CHROMIUM
      browsers = await Promise.all([chromiumPath(), chromiumPath(), chromiumPath()])
    }, 120_000)

    it('once, for all who ask at the same time', () => {
      expect(new Set(browsers.map((browser) => browser.executablePath)).size).toBe(1)
    })

    it('and it draws Chinese: two characters of one width differ in ink, and none is the empty box', async () => {
      const { executablePath, args, env } = browsers[0] as Browser
      const browser = await chromium.launch({ executablePath, args, env: { ...process.env, ...env } })
      try {
        const page = await browser.newPage()
        const [one, qi, tong, missing] = await page.evaluate(() => {
          const pen = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D
          pen.font = '40px sans-serif'
          return ['一', '齐', '通', '\u{F8FFE}'].map((text) => {
            pen.clearRect(0, 0, 300, 150)
            pen.fillText(text, 10, 60)
            return pen.getImageData(0, 0, 300, 150).data.reduce((sum, value) => sum + value, 0)
          })
        })
        expect(one).toBeGreaterThan(0)
        expect(new Set([one, qi, tong, missing]).size).toBe(4)
      } finally {
        await browser.close()
      }
    })
  })
})
