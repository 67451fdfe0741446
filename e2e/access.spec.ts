import type { Page } from '@playwright/test'
import { expect, expectAccessible, signIn, test } from './fixtures.ts'

// One operation that no other test needs: the suite shares a server.
const operation = 'access.mine'
const path = '/api/access/mine'

interface Active {
  id: string
  text: string
}
const activeOf = async (page: Page): Promise<Active> => {
  const listed = await page.request.get('/api/access/policies?state=active')
  const { rows } = (await listed.json()) as { rows: { id: string }[] }
  return (await (await page.request.get(`/api/access/policies/${rows[0]!.id}`)).json()) as Active
}
const dialog = (page: Page) => page.getByRole('dialog')
const headers = { 'x-requested-with': 'qitong' }

/** Puts what was in force before, without this test's own policy, back in force by the same two people; the other project's policy stays. */
const restore = async (page: Page, id: string): Promise<void> => {
  await signIn(page, 'systemAdmin', '/access')
  const { text } = await activeOf(page)
  const without = text.replace(new RegExp(`\\n@id\\("${id}"\\)[^;]*;`), '')
  const proposed = await page.request.post('/api/access/policies', { data: { text: without, note: '恢复' }, headers })
  const version = (await proposed.json()) as { id: string }
  await signIn(page, 'securityAdmin', '/access')
  expect((await page.request.post(`/api/access/policies/${version.id}/activate`, { headers })).status()).toBe(200)
}

test('a policy is checked, tried on real calls, proposed, approved, felt, and taken back', async ({
  page,
  browser,
  baseURL,
}, info) => {
  test.slow()
  const id = `e2e-${info.project.name.replace(/\W/g, '')}`
  const reason = '这项内容今天维护，请明天再来。'
  const policy = `@id("${id}") @reason("${reason}")\nforbid(principal in Role::"clerk", action, resource == Endpoint::"${operation}") when { !(principal in Role::"system-admin") };`
  const person = await (await browser.newContext({ baseURL })).newPage()
  await signIn(person, 'clerk')
  const status = async () => (await person.request.get(path)).status()
  expect(await status()).toBe(200)

  await test.step('the system administrator writes it, mends its fault, tries it and proposes it', async () => {
    await signIn(page, 'systemAdmin', '/access')
    await expectAccessible(page)
    await page.getByRole('button', { name: '提出新版本' }).click()
    const text = page.getByLabel('策略正文')
    await expect(text).toHaveValue(/allow-by-permission/)
    const start = await text.inputValue()
    await text.fill(`${start}\n${policy.replace('Role::', 'Rolle::')}`)
    await page.getByRole('button', { name: '检查' }).click()
    const lines = `${start}\n`.split('\n').length
    await page.getByRole('list', { name: '正文的问题' }).getByRole('button').first().click()
    await expect(text).toBeFocused()
    const at = await text.evaluate(
      (area: HTMLTextAreaElement) => area.value.slice(0, area.selectionStart).split('\n').length,
    )
    expect(at).toBeGreaterThanOrEqual(lines)
    await text.fill(`${start}\n${policy}`)
    await page.getByRole('button', { name: '检查' }).click()
    await expect(page.getByText(/没有问题，共 \d+ 条/)).toBeVisible()
    await expect(page.getByRole('list', { name: '与现行版本的差别' })).toContainText(id)
    // decisions are written every ten seconds
    await expect(async () => {
      await page.getByRole('button', { name: '模拟', exact: true }).click()
      await expect(page.getByRole('list', { name: '结果会变的访问' })).toContainText('变为', { timeout: 2000 })
    }).toPass({ timeout: 30_000 })
    await expectAccessible(page)
    await page.getByRole('textbox', { name: /^改了什么/ }).fill(`维护期间关闭（${id}）`)
    await page.getByRole('button', { name: '提出，等待批准' }).click()
    await expect(page.getByRole('button', { name: '撤回' })).toBeVisible()
    expect(await status()).toBe(200)
  })

  await test.step('the security administrator sees the difference, tries it and approves; the person is told why', async () => {
    await signIn(page, 'securityAdmin', '/access?state=proposed')
    await page.getByText(`维护期间关闭（${id}）`).click()
    await expect(page.getByRole('list', { name: '与现行版本的差别' })).toContainText(id)
    await page.getByRole('button', { name: '模拟', exact: true }).click()
    await expect(page.getByRole('list', { name: '结果会变的访问' })).toContainText('拒绝')
    await expectAccessible(page)
    await page.getByRole('button', { name: '批准启用' }).click()
    await dialog(page)
      .getByRole('button', { name: /^启用第/ })
      .click()
    await expect(page.getByText(/已启用，一秒内/)).toBeVisible()
    await expect.poll(status, { timeout: 3000 }).toBe(403)
    expect(((await (await person.request.get(path)).json()) as { detail: string }).detail).toBe(reason)
    await person.goto('/me/access')
    await expect(person.getByText(reason)).toBeVisible()
    await expect(person.getByRole('link', { name: '我的访问环境' })).toBeVisible()
    await expectAccessible(person)
  })

  await test.step('it is taken back, and the person may again', async () => {
    await restore(page, id)
    await expect.poll(status, { timeout: 3000 }).toBe(200)
    await person.getByRole('button', { name: '重试' }).click()
    await expect(person.getByText('办公网络（本机）')).toBeVisible()
  })
  await person.context().close()
})

test('decisions, zones, keys and one’s own surroundings are told in words', async ({ page }) => {
  await signIn(page, 'securityAdmin', '/access/decisions')
  await expect(page.getByRole('heading', { name: '最近的决定' })).toBeVisible()
  await expectAccessible(page)

  await page.goto('/access/zones')
  const ranges = page.getByRole('list', { name: '地址段' })
  await expect(ranges).toContainText('10.0.0.0/8')
  await page.getByRole('button', { name: '增加地址段' }).click()
  await dialog(page).getByLabel('地址段').fill('10.9.0.0')
  await dialog(page).getByRole('button', { name: '加进表里' }).click()
  await expect(dialog(page).getByText('请写成网段')).toBeVisible()
  await expectAccessible(page)
  await dialog(page).getByLabel('地址段').fill('203.0.113.0/24')
  await dialog(page).getByLabel('名称').fill('试验出口')
  await dialog(page).getByRole('button', { name: '加进表里' }).click()
  await expect(ranges).toContainText('203.0.113.0/24')
  await page.getByRole('button', { name: '放弃改动' }).click()
  await expect(ranges).not.toContainText('203.0.113.0/24')
  await expectAccessible(page)

  await page.goto('/keys')
  await expect(page.getByRole('list', { name: '数据密钥' })).toContainText('使用中')
  await page.getByRole('button', { name: '轮换密钥' }).click()
  await expect(dialog(page)).toContainText('不能撤销')
  await expectAccessible(page)
  await dialog(page).getByRole('button', { name: '先不' }).click()

  await signIn(page, 'clerk', '/me/access')
  await expect(page.getByText('办公网络（本机）')).toBeVisible()
  await expectAccessible(page)
  await page.goto('/access')
  await expect(page.getByText('您还没有“访问策略”的权限')).toBeVisible()
})

test('personal data carries its reader’s name', async ({ page }) => {
  await signIn(page, 'unitAdmin', '/organization')
  await expect(page.locator('.qt-watermark [style*="background-image"]')).toBeAttached()
  await expectAccessible(page)
})
