import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import type { APIRequestContext } from '@playwright/test'
import { accounts, demoPassword, type Who } from './accounts.ts'
import { expect, expectAccessible, isPhone, signIn, test } from './fixtures.ts'

const SAMPLE = 'http://127.0.0.1:3901'
const headers = { 'x-requested-with': 'qitong' }

interface Registered {
  id: string
  revision: number
  content: { name: string }
}
/** The API as one of the demo accounts, apart from the page's own session. */
const apiAs = async (request: APIRequestContext, who: Who) => {
  const base = process.env.E2E_URL!
  const answer = await request.post(`${base}/api/session`, {
    data: { account: accounts[who], password: demoPassword },
    headers,
  })
  expect(answer.status(), await answer.text()).toBe(200)
  const sample = async (): Promise<Registered> => {
    const list = await (
      await request.get(`${base}/api/apps/${who === 'unitAdmin' ? 'managed' : 'health'}?q=便民预约`)
    ).json()
    return (await request.get(`${base}/api/apps/registered/${list.rows[0].id}`)).json()
  }
  const post = async <T>(what: string, data: object): Promise<T> => {
    const { id, revision } = await sample()
    const done = await request.post(`${base}/api/apps/${id}/${what}`, { data: { revision, ...data }, headers })
    expect(done.status(), await done.text()).toBe(200)
    return (await done.json()) as T
  }
  return { sample, post }
}

test.describe('一个业务系统', () => {
  let app: ChildProcess | undefined
  test.afterEach(() => {
    app?.kill('SIGTERM')
    app = undefined
  })

  test('用齐通登录；停用后一秒内失效，恢复后又能登录', async ({ page, playwright }) => {
    test.skip(isPhone(page), 'the sample listens on one port: once is enough')
    const [owner, operator] = await Promise.all(
      (['unitAdmin', 'securityAdmin'] as const).map(async (who) => apiAs(await playwright.request.newContext(), who)),
    )
    const { clientId, secret } = await owner!.post<{ clientId: string; secret: string }>('secret', {
      environment: 'production',
    })
    app = spawn(process.execPath, [path.resolve(import.meta.dirname, '../examples/sample-app/server.ts')], {
      env: { ...process.env, ISSUER: `${process.env.E2E_URL}/oidc`, CLIENT_ID: clientId, CLIENT_SECRET: secret },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise((resolve) => app!.stdout!.once('data', resolve))

    await page.goto(SAMPLE)
    await page.getByRole('link', { name: '用齐通登录' }).click()
    await page.getByRole('textbox', { name: '账号' }).fill(accounts.clerk)
    await page.locator('input[type=password]').fill(demoPassword)
    await page.getByRole('button', { name: '登录', exact: true }).click()
    await expect(page.getByText('您好，周文清')).toBeVisible()

    await operator!.post('suspend', { reason: '浏览器测试' })
    await expect.poll(async () => (await page.reload())?.status(), { timeout: 1000, intervals: [100] }).toBe(401)
    await page.getByRole('link', { name: '重新登录' }).click()
    await expect(page.getByRole('heading', { name: '应用不能使用' })).toBeVisible()

    await operator!.post('resume', {})
    await page.goto(`${SAMPLE}/login`)
    await expect(page.getByText('您好，周文清')).toBeVisible()
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
