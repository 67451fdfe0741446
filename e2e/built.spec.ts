import { expect, expectAccessible, isPhone, signIn, test } from './fixtures.ts'

test.use({ actionTimeout: 45_000 })

const shot = async (page: Parameters<typeof signIn>[0], name: string): Promise<void> => {
  if (process.env.SHOTS)
    await page.screenshot({ path: `${process.env.SHOTS}/${name}-${isPhone(page) ? 'phone' : 'desk'}.png` })
}

test('a clerk asks for a leave in an application that came as a definition', async ({ page }) => {
  test.slow()
  await test.step('finds the application and fills in the form', async () => {
    await signIn(page, 'clerk', '/built')
    await expect(page.getByRole('heading', { name: '自建应用' })).toBeVisible()
    await expectAccessible(page)
    await shot(page, 'apps')
    await page.getByRole('link', { name: /请休假/ }).click()
    await page.getByRole('link', { name: '填写请假单' }).first().click()
    await page.getByRole('combobox', { name: '假别' }).click()
    await page.getByTitle('事假', { exact: true }).last().click()
    // the desk and the phone ask for different days: nobody is on two leaves at once
    const week = isPhone(page) ? ['2026-12-08', '2026-12-09'] : ['2026-12-01', '2026-12-02']
    await page.getByRole('textbox', { name: '请假时间的开始日期' }).fill(week[0]!)
    await page.getByRole('textbox', { name: '请假时间的结束日期' }).fill(week[1]!)
    await expect(page.getByText('共 2 个工作日')).toBeVisible()
    await page.getByRole('textbox', { name: '事由' }).fill('送孩子到外地参加考试')
    await page.getByLabel('休假地点').fill('济南')
    await expectAccessible(page)
    await shot(page, 'form')
    await page.getByRole('button', { name: '提交' }).click()
    await expect(page.getByRole('heading', { name: '周文清 事假 2 天' })).toBeVisible()
    await expect(page.getByText('办理中').first()).toBeVisible()
    await expectAccessible(page)
    await shot(page, 'record')
  })
  await test.step('finds it in the list, by a filter that stands in the address', async () => {
    await page.goto('/built/leave/request')
    await expect(page.getByText('周文清 事假 2 天').first()).toBeVisible()
    await expectAccessible(page)
    await shot(page, 'list')
    await page.goto('/built/leave/quota')
    await expect(page.getByText('5 天').or(page.getByText('10 天')).or(page.getByText('15 天')).first()).toBeVisible()
    await shot(page, 'quota')
  })
})

test('a unit administrator brings a definition, and is told what is wrong with it', async ({ page }) => {
  if (isPhone(page)) return
  const definition = {
    format: 1,
    key: `borrow-${Date.now() % 100000}`,
    name: '图书借阅',
    entities: [
      {
        key: 'loan',
        name: '借阅',
        label: '书名',
        groups: [
          { title: '借阅', fields: [{ key: '书名', title: '书名', type: 'text', rules: { required: '没有 > ' } }] },
        ],
        permissions: [{ to: 'everyone', rows: 'own', may: ['create'] }],
      },
    ],
  }
  await signIn(page, 'unitAdmin', '/built/design/new')
  await page.getByLabel('定义').fill(JSON.stringify(definition, null, 1))
  await page.getByRole('button', { name: '检查' }).click()
  await expect(page.getByText(/必填条件“没有 >”有错/)).toBeVisible()
  await expectAccessible(page)
  await shot(page, 'faults')
  await page.goto('/built/design')
  await expect(page.getByRole('link', { name: '请休假' }).or(page.getByText('还没有搭建过应用')).first()).toBeVisible()
  await shot(page, 'design')
})
