import type { Page } from '@playwright/test'
import { Secret, TOTP } from 'otpauth'
import { accounts, demoPassword } from './accounts.ts'
import { expect, expectAccessible, signIn, test } from './fixtures.ts'

/** The code of now, or of a step to come: the server takes one step on either side, and none twice. */
const codeOf = (secret: string, step = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + step * 30_000 })

const signInByForm = async (page: Page, account: string): Promise<void> => {
  await page.context().clearCookies()
  await page.goto('/sign-in')
  await page.getByLabel('账号', { exact: true }).fill(account)
  await page.getByLabel('密码', { exact: true }).fill(demoPassword)
  await page.getByRole('button', { name: '登录', exact: true }).click()
}

test('a one-time password is set up, owed at the next sign-in, and removed after a factor was shown again', async ({
  page,
}) => {
  test.slow()
  await signIn(page, 'village', '/me/security')
  await expect(page.getByRole('heading', { name: '安全设置' })).toBeVisible()
  await page.getByRole('button', { name: '设置动态口令' }).click()
  const form = page.getByRole('form', { name: '设置动态口令' })
  const secret = (await form.locator('code').innerText()).replaceAll(' ', '')
  await expectAccessible(page)
  await form.getByLabel('填写手机上显示的 6 位数字').fill(codeOf(secret))
  await form.getByRole('button', { name: '启用动态口令' }).click()
  await expect(page.getByText('登录时要填手机上的 6 位数字')).toBeVisible()
  await page.getByRole('button', { name: '生成备用码' }).click()
  const codes = page.getByRole('list', { name: '备用码' }).getByRole('listitem')
  await expect(codes).toHaveCount(10)
  const [spare] = await codes.allInnerTexts()

  await signInByForm(page, accounts.village)
  await expect(page.getByRole('heading', { name: '再核对一步' })).toBeVisible()
  await expectAccessible(page)
  const owed = page.getByRole('form', { name: '核对本人' })
  await owed.getByLabel('动态口令').fill('000000')
  await owed.getByRole('button', { name: '登录' }).click()
  await expect(owed.locator('.qt-fault')).toContainText('没有通过核对')
  await owed.getByLabel('动态口令').fill(codeOf(secret, 1))
  await owed.getByRole('button', { name: '登录' }).click()
  await expect(page).not.toHaveURL(/sign-in/)

  await page.goto('/me/security')
  // As the server answers ten minutes later; what it does then is tested at the API.
  await page.route(
    '**/api/security/totp',
    (route) =>
      route.fulfill({
        status: 403,
        contentType: 'application/problem+json',
        json: { type: 'about:blank', title: '', status: 403, code: 'step-up', detail: '请再次确认。', instance: 'e2e' },
      }),
    { times: 1 },
  )
  await page.getByRole('button', { name: '停用', exact: true }).click()
  await page.getByRole('button', { name: '停用“动态口令”' }).click()
  const dialog = page.getByRole('dialog', { name: '再次确认是您本人' })
  await expect(dialog.getByLabel('动态口令')).toBeVisible()
  await dialog.getByRole('button', { name: '备用码' }).click()
  await dialog.getByLabel('备用码').fill(spare!)
  await dialog.getByRole('button', { name: '确认' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('button', { name: '设置动态口令' })).toBeVisible()
  await signInByForm(page, accounts.village)
  await expect(page).not.toHaveURL(/sign-in/)
})

test('a passkey is registered, signs in without a password, and is removed', async ({ browser, page: _page }, info) => {
  test.slow()
  // Browsers offer passkeys on https and on localhost only.
  const { viewport, userAgent, isMobile, hasTouch } = info.project.use
  const baseURL = process.env.E2E_URL!.replace('127.0.0.1', 'localhost')
  const context = await browser.newContext({ baseURL, viewport, userAgent, isMobile, hasTouch, locale: 'zh-CN' })
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await signInByForm(page, accounts.village)
  await expect(page).not.toHaveURL(/sign-in/)
  await page.goto('/me/security')
  await page.getByRole('button', { name: '登记通行密钥' }).click()
  const keys = page.getByRole('list', { name: '通行密钥' }).getByRole('listitem')
  await expect(keys).toHaveCount(1)

  await context.clearCookies()
  await page.goto('/sign-in')
  await page.getByRole('button', { name: '通行密钥' }).click()
  await expect(page).not.toHaveURL(/sign-in/)
  await page.goto('/me/security')
  await expect(keys).toContainText('用过')
  await keys.getByRole('button', { name: '删除' }).click()
  await page.getByRole('button', { name: /^删除“/ }).click()
  await expect(keys).toHaveCount(0)
  await context.close()
})

test('a phone lets a desktop in, and one button ends every other sign-in', async ({ browser, page }) => {
  await page.goto('/sign-in')
  const started = page.waitForResponse('**/api/session/scan/start')
  await page.getByRole('button', { name: '手机扫码' }).click()
  const { ticket } = (await (await started).json()) as { ticket: string }
  await expect(page.getByRole('img', { name: '登录图案，用手机扫描' })).toBeVisible()

  const other = await browser.newContext({ baseURL: process.env.E2E_URL, locale: 'zh-CN' })
  const phone = await other.newPage()
  await signIn(phone, 'village', `/scan/${ticket}`)
  await phone.getByRole('button', { name: '允许这台电脑登录' }).click()
  await expect(phone.getByText('已允许登录')).toBeVisible()
  await expect(page).not.toHaveURL(/sign-in/)

  await page.goto('/me/security')
  await page.getByRole('button', { name: '结束', exact: true }).last().click()
  await page.getByRole('button', { name: /^结束“其他/ }).click()
  await expect(page.getByRole('list', { name: '我的登录' }).getByRole('listitem')).toHaveCount(1)
  await expect.poll(async () => (await phone.request.get('/api/sessions')).status()).toBe(401)
  await other.close()
})

test('time ends a sign-in: the page warns, waits under a sheet, and keeps what was typed', async ({ page }) => {
  test.slow()
  await page.clock.install()
  await signIn(page, 'village', '/me/password')
  const typed = page.getByLabel('新口令', { exact: true })
  await typed.fill('half a new password')
  await page.clock.fastForward('07:56:00')
  const warning = page.getByRole('dialog', { name: '很久没有操作了' })
  await expect(warning).toContainText('后将结束登录')
  await expectAccessible(page)
  const told = page.waitForResponse('**/api/session')
  await warning.getByRole('button', { name: '继续使用' }).click()
  await told
  await expect(warning).toBeHidden()

  // As the server does after eight idle hours; that it does is tested at the API.
  const ended = await page.request.delete('/api/session', { headers: { 'x-requested-with': 'qitong' } })
  expect(ended.status(), await ended.text()).toBe(200)
  await page.clock.fastForward('08:01:00')
  const sheet = page.getByRole('dialog', { name: '重新登录' })
  await expect(sheet).toContainText('没有提交的内容还在')
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect(sheet).toBeVisible()
  await sheet.getByLabel('账号', { exact: true }).fill(accounts.village)
  await sheet.getByLabel('密码', { exact: true }).fill(demoPassword)
  await sheet.getByRole('button', { name: '登录', exact: true }).click()
  await expect(sheet).toBeHidden()
  await expect(typed).toHaveValue('half a new password')
})

test('an export asks who is there first, and then goes on by itself', async ({ page }) => {
  test.slow()
  await signIn(page, 'unitAdmin', '/organization/units')
  // As the server answers ten minutes after the last factor; what it does then is tested at the API.
  await page.route(
    '**/api/directory/admin/units/download**',
    (route) =>
      route.fulfill({
        status: 403,
        contentType: 'application/problem+json',
        json: { type: 'about:blank', title: '', status: 403, code: 'step-up', detail: '请再次确认。', instance: 'e2e' },
      }),
    // the browser asks, then the page asks why
    { times: 2 },
  )
  const saved = page.waitForEvent('download')
  await page.locator('a[download]', { hasText: '导出' }).click()
  const dialog = page.getByRole('dialog', { name: '再次确认是您本人' })
  await dialog.getByLabel('口令', { exact: true }).fill(demoPassword)
  await expectAccessible(page)
  await dialog.getByRole('button', { name: '确认' }).click()
  expect((await saved).suggestedFilename()).toMatch(/\.xlsx$/)
})
