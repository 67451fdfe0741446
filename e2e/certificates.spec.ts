import type { Page } from '@playwright/test'
import { expect, expectAccessible, signIn, test } from './fixtures.ts'
import { hasOpenssl, opensslAuthority, PAST, readList } from './openssl-authority.ts'

const panel = (page: Page) => page.getByRole('complementary', { name: '详情' })
const choose = async (page: Page, label: string, option: string) => {
  await page.getByLabel(label, { exact: true }).click()
  const one = page.getByTitle(option, { exact: true })
  await expect(one).toBeAttached()
  await one.dispatchEvent('click')
}
const openRow = async (page: Page, name: string) => {
  await page.goto(`/certificates?q=${encodeURIComponent(name)}`)
  await page.getByText(name, { exact: true }).first().click()
  await expect(panel(page).getByRole('heading', { name, exact: true })).toBeVisible()
}

test('a certificate is issued with a key that leaves once, and revoked: its list says so to anybody', async ({
  page,
}, info) => {
  test.slow()
  const name = `数据共享节点${info.project.name}`
  await signIn(page, 'securityAdmin', '/certificates/issue')
  await choose(page, '密钥从哪里来', '由系统生成，下载一次')
  await page.getByRole('button', { name: '签发', exact: true }).click()
  await expect(page.getByRole('alert').first()).toContainText('需要修改')
  await expectAccessible(page)
  await page.getByRole('textbox', { name: /^名称/ }).fill(name)
  await page.getByLabel(/^保护私钥的口令/).fill('a passphrase of words')
  await page.getByRole('button', { name: '签发', exact: true }).click()
  await expect(page.getByRole('heading', { name: '证书已签发' })).toBeVisible()
  await expectAccessible(page)
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: '下载私钥' }).click()
  expect((await saved).suggestedFilename()).toMatch(/\.key\.pem$/)

  await page.getByRole('link', { name: '在列表里查看' }).click()
  await openRow(page, name)
  await expect(panel(page)).toContainText('一直查到了受信任的根证书')
  await expectAccessible(page)
  await panel(page).getByRole('button', { name: '吊销', exact: true }).click()
  const ask = page.getByRole('dialog', { name: `吊销“${name}”的证书？` })
  await expect(ask.getByRole('button', { name: '吊销这张证书' })).toBeDisabled()
  await ask.getByRole('radio', { name: '私钥泄露或丢失' }).check()
  await expectAccessible(page)
  await ask.getByRole('button', { name: '吊销这张证书' }).click()
  await expect(panel(page)).toContainText('已于')
  await expect(panel(page)).toContainText('原因：私钥泄露或丢失')

  const { lists } = (await (await page.request.get('/api/certificates/authority')).json()) as {
    lists: { id: string }[]
  }
  await page.context().clearCookies()
  const texts: string[] = []
  for (const { id } of lists) {
    const answer = await page.request.get(`/api/certificates/lists/${id}`)
    expect(answer.status()).toBe(200)
    if (hasOpenssl) texts.push(readList(await answer.body()))
  }
  if (hasOpenssl) expect(texts.join('\n')).toMatch(/Key Compromise/)
})

test('a chain made by openssl is foreign until its root is trusted by two; what has run out stays out', async ({
  page,
}, info) => {
  test.skip(!hasOpenssl && !process.env.CI, 'openssl 3 is absent')
  test.slow()
  const suffix = info.project.name
  const authority = opensslAuthority(info.outputPath(), `某省电子认证根${suffix}`)
  const [leaf, old] = [`外来节点${suffix}`, `过期节点${suffix}`]
  const [chain, expired] = [authority.issue(leaf) + authority.root, authority.issue(old, PAST)]

  await test.step('what is no certificate is refused in words; the chain is imported, and not believed', async () => {
    await signIn(page, 'securityAdmin', '/certificates/import')
    await expectAccessible(page)
    const text = page.getByRole('textbox', { name: /^证书和证书链/ })
    await text.fill('这不是证书')
    await page.getByRole('button', { name: '导入证书' }).click()
    await expect(page.getByText(/不是|没有.*证书|读不出/).last()).toBeVisible()
    await text.fill(chain)
    await page.getByRole('button', { name: '导入证书' }).click()
    await expect(page.getByText('导入 2 张证书')).toBeVisible()
    await openRow(page, leaf)
    await expect(panel(page)).toContainText('本系统不认识或不信任它')
    await expect(panel(page)).toContainText('没有查到受信任的根')
    await expectAccessible(page)
  })

  await test.step('the system administrator proposes the root, the security administrator trusts it', async () => {
    await signIn(page, 'systemAdmin', '/certificates/anchors/new')
    await page.getByRole('textbox', { name: /^根证书/ }).fill(authority.root)
    await page.getByRole('textbox', { name: /^来历与理由/ }).fill('来函所附')
    await expectAccessible(page)
    await page.getByRole('button', { name: '提出，等待同意' }).click()
    await expect(page.getByText(`某省电子认证根${suffix}`)).toBeVisible()
    await signIn(page, 'securityAdmin', '/certificates/anchors')
    const root = page.getByRole('listitem').filter({ hasText: `某省电子认证根${suffix}` })
    await root.getByRole('button', { name: '指纹核对无误，同意信任' }).click()
    await expect(root).toContainText('还没有吊销列表')
    await expectAccessible(page)
    await openRow(page, leaf)
    await expect(panel(page)).toContainText('没有“某省电子认证根')
  })

  await test.step('with its list the chain holds; an expired one does not, and says since when', async () => {
    await page.goto('/certificates/import')
    await page.getByLabel('吊销列表文件').setInputFiles(authority.list())
    await expect(page.getByRole('status').filter({ hasText: '已采用' })).toContainText(`某省电子认证根${suffix}`)
    await openRow(page, leaf)
    await expect(panel(page)).toContainText('一直查到了受信任的根证书')
    await page.goto('/certificates/import')
    await page.getByRole('textbox', { name: /^证书和证书链/ }).fill(expired)
    await page.getByRole('button', { name: '导入证书' }).click()
    await expect(page.getByText('导入 1 张证书')).toBeVisible()
    await openRow(page, old)
    await expect(panel(page)).toContainText('已于2021年1月1日过期')
  })
})
