import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, isPhone, signIn, test } from './fixtures.ts'

// The packaged browser looks each new Chinese glyph up in its fonts after a navigation: seconds where other work shares the cores.
test.use({ actionTimeout: 45_000 })

const root = path.resolve(import.meta.dirname, '..')
const panelOf = (page: Page) => page.getByRole('complementary', { name: '详情' })
const list = (page: Page) => page.getByRole('region', { name: '列表' })

interface Found {
  rows: { seq: number; actorName: string; title: string; accountId: string }[]
}
/** What the auditor's list answers; read by the page's own session. */
const ask = async (page: Page, query: string): Promise<Found['rows']> =>
  ((await (await page.request.get(`/api/audit?${query}`)).json()) as Found).rows

/** `npm run audit:verify` as anybody runs it, without the platform: what it says, and its exit code. */
const verify = (...args: string[]): Promise<{ code: number; said: string }> =>
  promisify(execFile)(process.execPath, ['tools/audit-verify.ts', ...args], { cwd: root }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, said: error.stdout }),
  )

test('a clerk is refused, and the refusal is on record for the auditor: by person, by kind, by day, by what was done', async ({
  page,
}) => {
  test.slow()
  await signIn(page, 'clerk', '/audit')
  await expect(page.getByRole('heading', { name: '您还没有“审计记录”的权限' })).toBeVisible()
  expect((await page.request.get('/api/audit')).status()).toBe(403)

  await signIn(page, 'auditor')
  const refusals = () => ask(page, 'kind=refused&actor=周文清&action=audit.audit')
  await expect.poll(async () => (await refusals()).length).toBeGreaterThan(0)
  const [refused] = await refusals()
  const proved = async () => (await page.request.get(`/api/audit/records/${refused!.seq}`)).json()
  await expect
    .poll(async () => ((await proved()) as { checkpoint: unknown }).checkpoint, { timeout: 40_000 })
    .toBeTruthy()

  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
  await page.goto(`/audit?q=文清&kind=refused&since=${today}`)
  await expect(list(page).getByText('周文清').first()).toBeVisible()
  await expect(list(page).getByText('被拒绝').first()).toBeVisible()
  await expectAccessible(page)

  await test.step('the record shows its proof, and leads to others', async () => {
    await page.goto(`/audit?kind=refused&actor=周文清&action=audit.audit`)
    await list(page).getByText('审计记录', { exact: true }).first().click()
    const panel = panelOf(page)
    await expect(panel.getByText('没有被改动')).toBeVisible()
    await panel.getByText(/^包含证明/).click()
    await expect(panel.getByText('叶子', { exact: true })).toBeVisible()
    await expectAccessible(page)
    await panel.getByRole('link', { name: '同一操作的全部记录' }).click()
    await expect(page).toHaveURL(/[?&]action=audit\.audit/)
    await page.goto(`/audit?accountId=${refused!.accountId}`)
    await expect(list(page).getByText('周文清').first()).toBeVisible()
    await expect(list(page).getByText('毕嘉禾')).toHaveCount(0)
  })

  await test.step('a day without records says so', async () => {
    await page.goto('/audit?since=2020-01-01&until=2020-01-02')
    await expect(page.getByText('没有符合条件的内容')).toBeVisible()
  })
})

test('what devices report by themselves is left out until it is asked for', async ({ page }) => {
  await signIn(page, 'clerk', '/')
  // the page reports the device once after a sign-in
  await signIn(page, 'auditor', '/audit')
  await expect.poll(async () => (await ask(page, 'action=access.posture')).length).toBeGreaterThan(0)
  const [{ title }] = (await ask(page, 'action=access.posture')) as [Found['rows'][number]]
  await page.reload()
  await expect(list(page).getByText('登录', { exact: true }).first()).toBeVisible()
  await expect(list(page).getByText(title, { exact: true })).toHaveCount(0)
  if (isPhone(page)) await page.getByRole('button', { name: /^筛选/ }).click()
  await page.getByRole('checkbox', { name: '含设备自动上报' }).check()
  await expect(list(page).getByText(title, { exact: true }).first()).toBeVisible()
})

test('an export proves itself without the platform, and names the record that was touched', async ({ page }, info) => {
  test.slow()
  await signIn(page, 'auditor', '/audit/checkpoints')
  await expect(page.getByText(/^日志已有/)).toBeVisible()
  const key = (
    await page
      .getByText(/^04[0-9a-f]{128}$/)
      .first()
      .innerText()
  ).trim()
  await list(page)
    .getByText(/^[\d,]+( 条)?$/)
    .first()
    .click()
  await expect(panelOf(page).getByText('抄存的一行')).toBeVisible()
  await expectAccessible(page)

  await page.goto('/audit')
  await page.getByRole('button', { name: '导出并附证明' }).click()
  const form = page.locator('main')
  await expect(form.getByRole('heading', { name: '导出审计记录' })).toBeVisible()
  await form.getByLabel(/^理由/).fill('季度检查')
  await expectAccessible(page)
  const coming = page.waitForEvent('download')
  await form.getByRole('link', { name: '导出', exact: true }).click()
  const download = await coming
  expect(download.suggestedFilename()).toMatch(/^审计记录-.+\.csv$/)
  const file = info.outputPath(download.suggestedFilename())
  await download.saveAs(file)

  const sound = await verify(file, '--key', key)
  expect(sound.said).toContain('✓ 记录完整')
  expect(sound.code).toBe(0)

  const text = await readFile(file, 'utf8')
  const touched = info.outputPath('touched.csv')
  await writeFile(touched, text.replace(/""title"":""./, '""title"":""改'))
  const found = await verify(touched, '--key', key)
  expect(found.code).toBe(1)
  expect(found.said).toMatch(/✗ 第 \d+ 条（序号 \d+）：/)
  await expect.poll(async () => (await ask(page, 'kind=export&action=audit.exportRecords')).length).toBeGreaterThan(0)
})
