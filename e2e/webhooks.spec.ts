import type { ChildProcess } from 'node:child_process'
import { accounts, demoPassword } from './accounts.ts'
import { apiAs, connect, expect, SAMPLE, startSample, stopSample, test } from './connected.ts'
import { expectAccessible } from './fixtures.ts'

test.describe('事件订阅', () => {
  test.skip(({ isMobile }) => isMobile, 'the sample listens on one port: once is enough')
  let app: ChildProcess | undefined
  test.afterEach(() => stopSample(app))

  test('收不到的事件隔一会儿再送，送不到列出来，修好后从页面上重发', async ({ page, playwright, connected }) => {
    test.slow()
    const owner = await apiAs(await playwright.request.newContext(), connected.url, 'unitAdmin')
    const { hookId, ...secrets } = await connect(owner)
    const { id } = await owner.sample()
    const hooks = `${connected.url}/apps/manage/${id}/webhooks`
    const signedIn = await page.request.post(`${connected.url}/api/session`, {
      data: { account: accounts.unitAdmin, password: demoPassword },
      headers: { 'x-requested-with': 'qitong' },
    })
    expect(signedIn.status()).toBe(200)
    const hook = page
      .getByRole('region', { name: `${SAMPLE}/webhooks` })
      .filter({ has: page.locator(`a[href*="${hookId}"]`) })
    const rows = page.getByRole('table').getByRole('row').filter({ hasText: '测试事件' })

    await test.step('nobody listens: it waits for the next try', async () => {
      await page.goto(hooks)
      await hook.getByRole('button', { name: '发送测试事件' }).click()
      await page.goto(`${hooks}/${hookId}/deliveries`)
      await expect(rows).toHaveCount(1)
      await expect
        .poll(async () => (await page.reload()) && rows.first().innerText(), { timeout: 20_000 })
        .toContain('无法')
      await expect(rows.first()).toContainText('待送达')
      await expect(rows.first()).toContainText('1 次')
      await expectAccessible(page)
    })

    await test.step('after the tenth try it is a dead letter', async () => {
      // as if a day and nine more tries had passed
      await connected.sql(
        "update apps.delivery set attempts = 9, next_at = now() where state = 'waiting' and webhook_id = $1",
        [hookId],
      )
      await page.goto(hooks)
      await hook.getByRole('button', { name: '发送测试事件' }).click()
      await expect
        .poll(async () => (await page.reload()) && hook.innerText(), { timeout: 20_000 })
        .toMatch(/待送达 1 条[\s\S]*未送达 1 条/)
      await expectAccessible(page)
      await hook.getByRole('link', { name: '未送达 1 条' }).click()
      await expect(rows).toHaveCount(1)
      await expect(rows.first()).toContainText('10 次')
    })

    await test.step('the receiver is mended; the dead letter is sent again, as the same event', async () => {
      const dead = await page.request.get(`${connected.url}/api/apps/webhooks/${hookId}/deliveries?state=dead`)
      const { rows: given } = (await dead.json()) as { rows: { eventId: string }[] }
      app = await startSample(connected.url, secrets)
      await rows.first().getByRole('checkbox').check()
      await page.getByRole('button', { name: '重新发送', exact: true }).click()
      await page.goto(`${hooks}/${hookId}/deliveries?state=delivered`)
      // The rows come after the page: to count at once would count none.
      const delivered = async () => {
        await page.reload()
        return rows
          .first()
          .waitFor({ timeout: 3000 })
          .then(
            () => true,
            () => false,
          )
      }
      await expect.poll(delivered, { timeout: 20_000 }).toBe(true)
      await expect(rows).toHaveCount(1)
      await page.goto(SAMPLE)
      await page.getByRole('link', { name: '用齐通登录' }).click()
      await expect(page.getByText('测试事件', { exact: true })).toHaveCount(1)
      await expect(page.getByText(`事件标识 ${given[0]!.eventId}`)).toBeVisible()
    })
  })
})
