import type { ChildProcess } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { accounts, demoPassword } from './accounts.ts'
import { apiAs, connect, expect, SAMPLE, startSample, stopSample, test } from './connected.ts'
import { expectAccessible, signIn } from './fixtures.ts'

const signInThere = async (page: Page) => {
  await page.goto(SAMPLE)
  await page.getByRole('link', { name: '用齐通登录' }).click()
  await page.getByRole('textbox', { name: '账号' }).fill(accounts.clerk)
  await page.locator('input[type=password]').fill(demoPassword)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page.getByText('您好，周文清')).toBeVisible()
}
const book = async (page: Page, title: string) => {
  await page.getByLabel('预约事项').fill(title)
  await page.getByRole('button', { name: '推送给我' }).click()
  return page.getByRole('listitem').filter({ hasText: title }).first()
}
/** An event as the platform would send it; signed with `secret`. */
const tell = (page: Page, secret: string, id: string, age = 0) => {
  const timestamp = Math.floor(Date.now() / 1000) - age
  const data = JSON.stringify({ id, type: 'apps.ping', subject: 'x', time: new Date().toISOString(), data: {} })
  const signature = createHmac('sha256', secret).update(`${timestamp}.${data}`).digest('hex')
  const headers = { 'x-qitong-timestamp': String(timestamp), 'x-qitong-signature': `v1=${signature}` }
  return page.request.post(`${SAMPLE}/webhooks`, { data: Buffer.from(data), headers })
}

test.describe('一个业务系统', () => {
  test.skip(({ isMobile }) => isMobile, 'the sample listens on one port: once is enough')
  let app: ChildProcess | undefined
  test.afterEach(() => stopSample(app))

  test('用齐通登录，推送待办，收到结果；停用后一秒内什么也办不了', async ({ page, playwright, connected, second }) => {
    test.slow()
    const owner = await apiAs(await playwright.request.newContext(), connected.url, 'unitAdmin')
    // the pages are served by one node, and the other one suspends
    const operator = await apiAs(await playwright.request.newContext(), second.url, 'securityAdmin')
    const secrets = await connect(owner)
    app = await startSample(connected.url, secrets)

    await test.step('sign in, push, see it in the inbox, give an outcome', async () => {
      await signInThere(page)
      await expectAccessible(page)
      await expect(await book(page, '不动产登记预约，请核对')).toContainText('待办')
      await page.goto(`${connected.url}/tasks?q=不动产登记预约`)
      await page.getByRole('button', { name: '不动产登记预约，请核对' }).click()
      const pane = page.getByRole('article', { name: '待办内容' })
      await expect(pane.getByText('便民预约示例').first()).toBeVisible()
      await pane.getByRole('button', { name: '同意预约', exact: true }).click()
      await page.getByRole('dialog').getByRole('button', { name: '同意预约', exact: true }).click()
      await expect(page.getByText('同意预约：不动产登记预约，请核对').first()).toBeVisible()
    })

    await test.step('the outcome is written back by a signed event; one that comes twice counts once', async () => {
      await expect
        .poll(
          async () => {
            // The inbox goes on to its next item by itself, which can break off the way out of it: then it is gone again.
            await page.goto(SAMPLE).catch((error: Error) => expect(error.message).toContain('ERR_ABORTED'))
            return page.getByRole('main').innerText()
          },
          { timeout: 20_000 },
        )
        .toContain('已办结：同意预约')
      await expect(page.getByText('待办办结', { exact: true })).toBeVisible()
      const id = randomUUID()
      for (const again of [1, 2])
        expect([again, (await tell(page, secrets.WEBHOOK_SECRET, id)).status()]).toEqual([again, 204])
      expect((await tell(page, 'whsec_guessed', randomUUID())).status()).toBe(401)
      expect((await tell(page, secrets.WEBHOOK_SECRET, randomUUID(), 301)).status()).toBe(401)
      await page.reload()
      await expect(page.getByText('收到 2 次，只处理一次')).toBeVisible()
      await expect(page.getByText('测试事件', { exact: true })).toHaveCount(1)
    })

    await test.step('what the application closes leaves the inbox', async () => {
      await book(page, '社保卡补办预约')
      await page.getByRole('button', { name: /^办结/ }).click()
      await expect(page.getByText('已办结：窗口已办结')).toBeVisible()
      await page.goto(`${connected.url}/tasks?q=社保卡补办预约`)
      await expect(page.getByRole('button', { name: '社保卡补办预约' })).toHaveCount(0)
      await page.goto(SAMPLE)
    })

    const push = async (title: string) =>
      (await page.request.post(`${SAMPLE}/bookings`, { form: { title }, maxRedirects: 0 })).status()
    const suspended = async () => {
      await operator.post('suspend', { reason: '浏览器测试' })
      await page.waitForTimeout(1000)
      // session, token, and the new token that the second push asks for: the first refusal threw the old one away
      const standing = [(await page.reload())?.status(), await push('停用时的预约'), await push('停用时的预约')]
      expect(standing).toEqual([401, 401, 401])
      expect(await push('停用后的预约')).toBe(401)
      await expect(page.getByRole('heading', { name: '登录已失效' })).toBeVisible()
      await page.getByRole('link', { name: '重新登录' }).click()
      await expect(page.getByRole('heading', { name: '应用不能使用' })).toBeVisible()
    }
    await test.step('suspended on another node, it is out within a second: session, token, push', suspended)

    await test.step('resumed, it works again and has heard of both', async () => {
      await operator.post('resume')
      await expect
        .poll(
          async () => {
            await page.goto(`${SAMPLE}/login`)
            return page.getByRole('main').innerText()
          },
          { timeout: 20_000 },
        )
        .toMatch(/您好，周文清[\s\S]*"state":"approved"[\s\S]*"state":"suspended"/)
      await expect(page.getByText('停用后的预约')).toHaveCount(0)
    })

    await test.step('the same within a second while the bus between the nodes is dead', async () => {
      await second.killBus()
      await suspended()
      await operator.post('resume')
    })
  })
})

test('文秘找到自己能用的应用，收藏，看它知道什么', async ({ page }) => {
  await signIn(page, 'clerk', '/apps')
  await expect(page.getByRole('heading', { name: '我的应用' })).toBeVisible()
  await page.getByLabel('按名称找应用').fill('综合办公')
  const name = page.getByRole('link', { name: '博兴县综合办公', exact: true })
  await expect(name).toBeVisible()
  await expect(page.getByRole('link', { name: '山东省信访信息系统', exact: true })).toHaveCount(0)
  await expectAccessible(page)
  await name.click()
  await expect(page.getByText('姓名、所在单位')).toBeVisible()
  await expectAccessible(page)
})

test('开发者在产品里读到接入指南，地址就是这个平台的', async ({ page }) => {
  await signIn(page, 'unitAdmin', '/apps/manage')
  await page.getByRole('link', { name: '接入指南' }).first().click()
  await expect(page.getByRole('heading', { name: '接入指南', level: 1 })).toBeVisible()
  await expect(page.getByText(`${process.env.E2E_URL}/oidc/.well-known/openid-configuration`)).toBeVisible()
  await expect(page.getByRole('heading', { name: '12. 停用与退役' })).toBeAttached()
  await expectAccessible(page)
})

test('登录链接过期时说清楚怎么办', async ({ page }) => {
  await page.goto('/consent/error?code=expired')
  await expect(page.getByRole('heading', { name: '登录请求已过期' })).toBeVisible()
  await expectAccessible(page)
})

test('安全管理员看到送审的应用，和运行监测', async ({ page }) => {
  await signIn(page, 'securityAdmin', '/apps/review')
  await page.getByText('博兴县档案查阅预约').first().click()
  await expect(page.getByRole('button', { name: '批准' })).toBeVisible()
  await page.goto('/apps/health?health=down')
  await expect(page.getByText('山东省生态环境监测平台').first()).toBeVisible()
})
