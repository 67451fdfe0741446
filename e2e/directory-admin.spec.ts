import { chooseUnit, expect, expectAccessible, isPhone, signIn, test } from './fixtures.ts'

const details = '详情'

test('a unit administrator takes somebody on, changes them, says why, and lets them go', async ({ page }, info) => {
  test.slow()
  const name = `测试员${isPhone(page) ? '乙' : '甲'}`
  const panel = page.getByRole('complementary', { name: details })

  await test.step('a new person needs a name and a place', async () => {
    await signIn(page, 'unitAdmin', '/organization/people/new')
    await expect(page.getByRole('button', { name: '建立人员' })).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('button', { name: '建立人员' }).click()
    await expect(page.getByRole('alert')).toContainText('2 处需要修改')
    await page.getByRole('textbox', { name: '姓名', exact: true }).fill(name)
    await page.getByRole('textbox', { name: /^职务/ }).fill('科员')
    await page.getByLabel('单位或内设机构').click()
    await page.getByLabel('搜单位名称或简称').fill('博兴县人民政府办公室')
    await page.getByRole('dialog').getByRole('button', { name: '博兴县人民政府办公室' }).first().click()
    await page.getByRole('button', { name: '建立人员' }).click()
    await expect(page.getByText(`已建立${name}`)).toBeVisible()
    await expect(panel.getByRole('heading', { name })).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('a change is kept with its reason', async () => {
    await panel.getByRole('button', { name: '修改个人信息' }).click()
    await panel.getByRole('textbox', { name: /^人事编号/ }).fill(`E2E-${info.project.name}`)
    await panel.getByRole('textbox', { name: /^修改原因/ }).fill('补登人事编号')
    await panel.getByRole('button', { name: '保存' }).click()
    await expect(panel.getByText(`E2E-${info.project.name}`)).toBeVisible()
    await panel.getByRole('button', { name: '沿革' }).click()
    await expect(panel.getByText('补登人事编号')).toBeVisible()
    await panel.getByRole('button', { name: `回到${name}` }).click()
  })

  await test.step('leaving takes them off the list', async () => {
    await panel.getByRole('button', { name: '离职或退休' }).click()
    await expect(panel.getByText('没有待交接的事项。')).toBeVisible()
    await panel.getByRole('button', { name: '办理' }).click()
    await expect(panel).toBeHidden()
    await page.goto(`/organization?status=left&q=${encodeURIComponent(name)}`)
    await expect(page.getByText(name).first()).toBeVisible()
  })
})

test('an import says which row is wrong, and leaves it out', async ({ page }) => {
  test.slow()
  const name = `导入${isPhone(page) ? '丁' : '丙'}`
  await signIn(page, 'unitAdmin', '/organization/imports/new')
  await page.locator('input[type=file]').setInputFiles({
    name: `${name}.csv`,
    mimeType: 'text/csv',
    buffer: Buffer.from(
      `姓名,人事编号,单位,职务\n${name},I-1-${name},博兴县人民政府办公室,科员\n无处可去,I-2-${name},没有这个单位,科员\n`,
    ),
  })
  await page.getByRole('button', { name: '上传，下一步' }).click()
  await expect(page.getByRole('region', { name: '对应列' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: '检查表格' }).click()
  const faults = page.getByRole('region', { name: '错误' })
  await expect(faults.getByRole('row')).toHaveCount(2)
  await expect(faults.getByText('没有这个单位', { exact: true })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: '跳过错误行，导入 1 行' }).click()
  await expect(page.getByText('已完成')).toBeVisible()
  await page.goto(`/organization?q=${encodeURIComponent(name)}`)
  await expect(page.getByText(name).first()).toBeVisible()
})

test('a plan of restructuring is drafted, and its preview tells the fault beside the operation', async ({ page }) => {
  test.slow()
  const title = `机构改革${isPhone(page) ? '乙' : '甲'}`
  const office = '博兴县人民政府办公室'
  const add = (operation: string) =>
    page.getByRole('group', { name: '添一项操作' }).getByRole('button', { name: operation, exact: true }).click()
  const first = page.getByRole('listitem', { name: '第 1 项更名' })
  const second = page.getByRole('listitem', { name: '第 2 项划转单位' })
  await signIn(page, 'unitAdmin', '/structure/new')
  await page.getByRole('textbox', { name: /^方案名称/ }).fill(title)
  await page.getByLabel('生效日').fill('2099-01-01')
  await chooseUnit(page, page.locator('main'), '维护单位', office)
  await add('更名')
  await first.getByRole('textbox', { name: '全称' }).fill('博兴县人民政府综合办公室')
  await chooseUnit(page, first, '单位', office)
  await add('划转单位')
  await page.getByRole('button', { name: '保存方案' }).click()
  await expect(page.getByRole('alert')).toContainText('第 2 项划转单位：请选择单位')
  await chooseUnit(page, second, '单位', office)
  await chooseUnit(page, second, '新的上级', office)
  await expectAccessible(page)
  await page.getByRole('button', { name: '保存方案' }).click()
  await page.getByRole('button', { name: '预览影响' }).click()
  await expect(page.getByText('预览发现错误，改正后才能批准')).toBeVisible()
  const operations = page.getByRole('region', { name: '改革操作' }).getByRole('listitem')
  await expect(operations).toHaveCount(2)
  await expect(operations.first().locator('.oa-fault')).toHaveCount(0)
  await expect(operations.last().locator('.oa-fault')).toBeVisible()
  await expect(page.getByRole('button', { name: /^批准/ })).toHaveCount(0)
  await expectAccessible(page)
  await page.goto(`/structure?q=${encodeURIComponent(title)}`)
  await expect(page.getByText(title).first()).toBeVisible()
})

test('somebody sees where they are signed in, and ends the other one', async ({ page, browser, baseURL }) => {
  const elsewhere = await browser.newPage({ baseURL })
  await signIn(elsewhere, 'village')
  await signIn(page, 'village', '/me/sessions')
  const others = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: '结束' }) })
  await expectAccessible(page)
  const before = await others.count()
  expect(before).toBeGreaterThan(0)
  await others.first().getByRole('button', { name: '结束' }).click()
  await page.getByRole('dialog').getByRole('button', { name: /^结束/ }).click()
  await expect(others).toHaveCount(before - 1)
  await elsewhere.close()
})

test('the auditor reads what was done', async ({ page }) => {
  await signIn(page, 'auditor', '/audit')
  await expect(page.getByText('登录').first()).toBeVisible()
  await expectAccessible(page)
})

test('a clerk and a stranger stay outside', async ({ page }) => {
  await page.goto('/organization')
  await expect(page).toHaveURL(/\/sign-in/)
  await signIn(page, 'clerk', '/organization')
  await expect(page.getByRole('button', { name: '新建人员' })).toBeHidden()
  await expect(page.getByText('您还没有“人员”的权限')).toBeVisible()
  expect((await page.request.get('/api/directory/admin/people')).status()).toBe(403)
})
