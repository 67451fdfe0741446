import type { Page } from '@playwright/test'
import { webModule as calendar } from '#platform/calendar/web'
import { adminRoutes } from '../platform/directory/web/admin/routes.ts'
import { chooseUnit, expect, expectAccessible, isPhone, signIn, test } from './fixtures.ts'

// The packaged browser looks each new Chinese glyph up in its fonts after a navigation: seconds where other work shares the cores.
test.use({ actionTimeout: 45_000 })

const panelOf = (page: Page) => page.getByRole('complementary', { name: '详情' })

test('a personnel system is registered, works by its token, and is cut off', async ({ page }, info) => {
  const title = `人事系统（${info.project.name}）`
  await signIn(page, 'systemAdmin', '/organization/scim/new')
  await page.getByRole('button', { name: '登记，取得令牌' }).click()
  await expect(page.getByRole('alert')).toContainText('2 处需要修改')
  await page.getByRole('textbox', { name: '名称' }).fill(title)
  await chooseUnit(page, page.locator('main'), '维护的单位', '博兴县财政局')
  await page.getByRole('button', { name: '登记，取得令牌' }).click()
  const token = await page.getByLabel('令牌', { exact: true }).last().inputValue()
  await expectAccessible(page)
  const asked = () => page.request.get('/api/scim/v2/Users?count=1', { headers: { authorization: `Bearer ${token}` } })
  expect((await asked()).status()).toBe(200)

  await page.getByRole('link', { name: '全部客户端' }).click()
  const client = page.getByRole('row').filter({ hasText: title })
  await client.getByRole('button', { name: '停用' }).click()
  await page.getByRole('dialog').getByRole('button', { name: /^停用/ }).click()
  await expect(client.getByText('停用', { exact: true })).toBeVisible()
  await expect(client.getByRole('button', { name: `启用${title}` })).toBeVisible()
  await expectAccessible(page)
  expect((await asked()).status()).toBe(401)
})

test('a plan that renames, merges and splits is previewed, waits for a second person, and is withdrawn', async ({
  page,
  browser,
  baseURL,
}) => {
  test.skip(isPhone(page), 'the same form is filled in on the phone by the unit administrator')
  test.slow()
  const title = '县直部门调整方案'
  const main = page.locator('main')
  const add = async (operation: string, at: number) => {
    await page.getByRole('group', { name: '添一项操作' }).getByRole('button', { name: operation, exact: true }).click()
    return page.getByRole('listitem', { name: `第 ${at} 项${operation}` })
  }

  await test.step('the system administrator drafts it', async () => {
    await signIn(page, 'systemAdmin', '/structure/new')
    await page.getByRole('textbox', { name: /^方案名称/ }).fill(title)
    await page.getByLabel('生效日').fill('2099-03-01')
    await chooseUnit(page, main, '维护单位', '博兴县人民政府办公室')
    const rename = await add('更名', 1)
    await chooseUnit(page, rename, '单位', '博兴县统计局')
    await rename.getByRole('textbox', { name: '全称' }).fill('博兴县统计和数据局')
    const merge = await add('合并', 2)
    await chooseUnit(page, merge, '并入别处的单位', '博兴县信访局', '选好了（1）')
    await chooseUnit(page, merge, '接收单位', '博兴县司法局')
    const split = await add('拆分', 3)
    await chooseUnit(page, split, '单位', '博兴县水利局')
    await split.getByRole('button', { name: '添一个新单位' }).click()
    const part = split.getByRole('group', { name: '新单位 1' })
    await part.getByRole('textbox', { name: '全称' }).fill('博兴县水务服务中心')
    await page.getByRole('button', { name: '保存方案' }).click()
    await page.getByRole('button', { name: '预览影响' }).click()
    await expect(page.getByText('预览没有发现错误')).toBeVisible()
    await expect(page.getByRole('region', { name: '改革操作' }).getByRole('listitem')).toHaveCount(3)
    await expect(page.getByText(/须由另一位管理员批准/)).toBeVisible()
    await expect(page.getByRole('button', { name: /^批准/ })).toHaveCount(0)
    await expectAccessible(page)
  })

  await test.step('another administrator may approve it', async () => {
    const other = await browser.newPage({ baseURL })
    await signIn(other, 'unitAdmin', page.url())
    await other.getByRole('button', { name: '预览影响' }).click()
    await expect(other.getByRole('button', { name: '批准，2099年3月1日生效' })).toBeVisible()
    await other.close()
  })

  await test.step('it is withdrawn, and says so', async () => {
    await page.getByRole('button', { name: '撤回', exact: true }).click()
    await page.getByRole('textbox', { name: /^撤回原因/ }).fill('另行研究')
    await page.getByRole('dialog').getByRole('button', { name: /^撤回/ }).click()
    await expect(page.getByText('已撤回', { exact: true })).toBeVisible()
    await expect(page.getByRole('link', { name: '修改方案' })).toHaveCount(0)
  })
})

test('an address book is made, filled, changed and deleted', async ({ page }) => {
  test.skip(isPhone(page), 'the same forms as on the desk')
  const title = '应急联络通讯录'
  await signIn(page, 'systemAdmin', '/organization/books/new')
  await page.getByRole('textbox', { name: '名称' }).fill(title)
  await chooseUnit(page, page.locator('main'), '维护单位', '博兴县应急管理局')
  await chooseUnit(page, page.locator('main'), '谁可以看', '博兴县应急管理局', '选好了（1）')
  await page.getByRole('button', { name: '建立通讯录' }).click()
  await expect(page.getByText('还没有条目。')).toBeVisible()
  await page.getByRole('button', { name: '添人员' }).click()
  await page.getByRole('button', { name: /^人员/ }).click()
  await page.getByRole('combobox', { name: /^搜姓名/ }).fill('zhouwenqing')
  await page
    .getByRole('option', { name: /周文清/ })
    .first()
    .click()
  await page.getByRole('textbox', { name: /^分组/ }).fill('值班')
  await page.getByRole('button', { name: '添加人员' }).click()
  await expect(page.getByRole('row').filter({ hasText: '周文清' })).toContainText('值班')
  await expectAccessible(page)

  await page.getByRole('link', { name: '修改通讯录' }).click()
  await page.getByRole('textbox', { name: /^说明/ }).fill('汛期使用')
  await page.getByRole('button', { name: '保存' }).click()
  await expect(page.getByText('汛期使用')).toBeVisible()
  await page.getByRole('button', { name: '删除', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: /^删除/ }).click()
  await expect(page).toHaveURL(/\/organization\/books$/)
  await expect(page.getByText(title)).toHaveCount(0)
})

test('several posts are changed at once, after a look at each', async ({ page }) => {
  test.skip(isPhone(page), 'the desk’s work')
  await signIn(page, 'systemAdmin')
  const found = await page.request.get('/api/directory/admin/units?q=博兴县商务局')
  const [unit] = ((await found.json()) as { rows: { id: string }[] }).rows
  await page.goto(`/organization?under=${unit?.id}`)
  for (const at of [1, 2]) await page.getByRole('row').nth(at).getByRole('checkbox').check()
  await page.getByRole('button', { name: '批量修改' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: '改什么' }).click()
  await page.getByTitle('办公室', { exact: true }).click()
  await dialog.getByRole('textbox', { name: '新的办公室' }).fill('博兴大厦 1901')
  await dialog.getByRole('button', { name: '预览' }).click()
  const preview = dialog.getByRole('region', { name: '预览' })
  await expect(preview.getByRole('row')).toHaveCount(3)
  await expect(preview.getByRole('row').last()).toContainText('博兴大厦 1901')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: '修改 2 条' }).click()
  await expect(page.getByText('已修改 2 条任职')).toBeVisible()
})

test('the tree narrows the units; names over time are put right', async ({ page }) => {
  await signIn(page, 'systemAdmin', '/organization/units')
  if (!isPhone(page)) {
    const tree = page.getByRole('tree', { name: '管理范围内的单位' })
    await tree.getByRole('treeitem', { name: /^省直单位/ }).click()
    await expect(page).toHaveURL(/under=/)
    await expect(tree.getByRole('treeitem', { name: /^省直单位/ })).toHaveAttribute('aria-selected', 'true')
    await expect(page.getByRole('region', { name: '列表' }).getByRole('row').nth(1)).toContainText('省直单位')
    await page.getByRole('button', { name: '全部', exact: true }).click()
    await expect(page).not.toHaveURL(/under=/)
  }
  await page.getByRole('searchbox', { name: /^名称、简称/ }).fill('博兴县审计局')
  await expect(page).toHaveURL(/q=/)
  await page.getByRole('region', { name: '列表' }).getByText('博兴县审计局', { exact: true }).click()
  const panel = panelOf(page)
  await panel.getByRole('button', { name: '更正名称沿革' }).click()
  const names = panel.getByRole('group', { name: '名称' })
  const before = await names.getByPlaceholder('名称').count()
  await panel.getByRole('button', { name: '添一个名称' }).click()
  await panel.getByRole('button', { name: '保存沿革' }).click()
  await expect(panel.getByRole('alert')).toContainText('需要修改')
  await panel.getByRole('textbox', { name: `第 ${before + 1} 个名称`, exact: true }).fill('内部审计指导中心')
  await panel.getByLabel(`第 ${before + 1} 个名称的启用日`).fill('2020-05-01')
  await panel.getByLabel(`第 ${before + 1} 个名称的停用日`).fill('2024-05-01')
  await expectAccessible(page)
  await panel.getByRole('button', { name: '保存沿革' }).click()
  await expect(panel.getByText('2020年5月1日 起，至 2024年5月1日')).toBeVisible()
  // and taken back: the other project finds the unit as it was
  await panel.getByRole('button', { name: '更正名称沿革' }).click()
  const added = names.getByPlaceholder('名称')
  const at = (await added.evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value))).indexOf(
    '内部审计指导中心',
  )
  await panel.getByRole('button', { name: `删去第 ${at + 1} 个名称` }).click()
  await panel.getByRole('button', { name: '保存沿革' }).click()
  await expect(panel.getByText('内部审计指导中心')).toHaveCount(0)
})

test('kinds of duties, rules of visibility and the calendar of working days', async ({ page }, info) => {
  test.slow()
  await test.step('a kind of duty is added, and is not added twice', async () => {
    const name = `安全员（${info.project.name}）`
    await signIn(page, 'systemAdmin', '/organization/duties')
    await page.getByRole('button', { name: '新增种类' }).click()
    const panel = panelOf(page)
    await panel.getByRole('textbox', { name: '名称' }).fill('文秘')
    await panel.getByRole('textbox', { name: '说明' }).fill('管消防和用电安全的人')
    await panel.getByRole('button', { name: '建立种类' }).click()
    await expect(panel.getByRole('alert')).toContainText('已有这个种类')
    await panel.getByRole('textbox', { name: '名称' }).fill(name)
    await panel.getByRole('button', { name: '建立种类' }).click()
    await expect(panel).toBeHidden()
    await page.getByRole('button', { name: `修改${name}` }).click()
    await panel.getByRole('switch').click()
    await panel.getByRole('button', { name: '保存' }).click()
    await expect(page.getByRole('listitem').filter({ hasText: name })).toContainText('停用')
    await expectAccessible(page)
  })

  await test.step('a rule tells whom it touches', async () => {
    await page.goto('/visibility/rules')
    await page.getByText('省领导手机号').first().click()
    await expect(panelOf(page).getByRole('region', { name: '涉及的人员' })).toBeVisible()
    await expect(panelOf(page).getByRole('button', { name: '停用' })).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('a holiday notice is taken over from its words', async () => {
    // each project has a year of its own: a notice stays
    const year = isPhone(page) ? 2031 : 2030
    await page.goto(`/calendar?year=${year}`)
    await expect(page.getByText('未公布，按周末推算')).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('link', { name: '录入放假通知' }).click()
    const text = page.getByRole('textbox', { name: '通知内容' })
    await text.fill('元旦：1月1日放假，共2天。')
    await page.getByRole('button', { name: '预览' }).click()
    await expect(page.getByRole('alert')).toContainText('写的是共 2 天，数出来是 1 天')
    await text.fill('元旦：1月1日放假。\n劳动节：5月1日至5日放假。\n国庆节：10月1日至7日放假调休，共7天。')
    await page.getByRole('textbox', { name: /^依据/ }).fill(`国办发明电〔${year - 1}〕1号`)
    await page.getByRole('button', { name: '预览' }).click()
    await expect(page.getByRole('region', { name: '预览' })).toContainText(`${year} 年工作日`)
    await expectAccessible(page)
    await page.getByRole('button', { name: `录入 ${year} 年放假安排` }).click()
    await expect(page.getByRole('region', { name: '10月' })).toContainText('国庆节：1日至7日放假')
    await expect(page.getByText('已公布')).toBeVisible()
  })
})

test('every page of the administration asks a stranger to sign in, and tells a clerk who can grant it', async ({
  page,
}) => {
  test.skip(isPhone(page), 'the guard of the pages knows no size')
  test.slow()
  const routes = [...adminRoutes, ...calendar.routes]
  const nobody = '00000000-0000-4000-8000-000000000000'
  // inside the page, as a link would: loading all of it anew for each address would take a minute
  const open = (path: string) =>
    page.evaluate(
      (to) => {
        history.pushState({}, '', to)
        dispatchEvent(new PopStateEvent('popstate'))
      },
      path.replace('$id', nobody),
    )
  await page.goto('/sign-in')
  for (const { path } of routes) {
    await open(path)
    await expect(page, path).toHaveURL(`/sign-in?to=${encodeURIComponent(path.replace('$id', nobody))}`)
  }
  await signIn(page, 'clerk', '/')
  for (const { path, title } of routes) {
    await open(path)
    await expect(page.getByRole('heading', { name: `您还没有“${title}”的权限` }), path).toBeVisible()
  }
})
