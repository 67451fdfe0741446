import type { Page } from '@playwright/test'
import { expect, expectAccessible, signIn, test } from './fixtures.ts'

const bar = (page: Page) => page.locator('.wf-bar')
const openCase = async (page: Page, title: string) => {
  await page.goto('/tasks')
  await page.getByRole('region', { name: '待办列表' }).getByRole('button', { name: title }).click()
  await page.getByRole('link', { name: '打开整页' }).click()
  await expect(page.getByRole('heading', { name: title, level: 1 })).toBeVisible()
}

test('a case goes from its applicant through the leaders to its close', async ({ page, browser }, info) => {
  test.setTimeout(240_000)
  const title = `添置会议室桌椅（${info.project.name}，${Date.now() % 100_000}）`
  const another = async (who: 'leader' | 'unitAdmin', path: string) => {
    const context = await browser.newContext({ ...info.project.use, baseURL: process.env.E2E_URL })
    const other = await context.newPage()
    await signIn(other, who, path)
    return other
  }

  await test.step('the clerk chooses a process, says what it is about, and hands it in', async () => {
    await signIn(page, 'clerk', '/cases')
    await page.getByRole('link', { name: '发起办件' }).click()
    await page.getByRole('button', { name: /三步审批/ }).click()
    await expectAccessible(page)
    await page.getByLabel('标题').fill(title)
    await page.getByLabel('说明').fill('现有桌椅已用十二年，多处损坏。')
    await page.getByRole('button', { name: '发起', exact: true }).click()
    await expect(page.getByRole('heading', { name: title })).toBeVisible()
    await bar(page).getByLabel('事由').fill('会议室桌椅损坏')
    await bar(page).getByRole('button', { name: '提交', exact: true }).click()
    await expect(page.getByRole('region', { name: '现在的环节' }).getByText('处室负责人审批')).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('what was handed in is taken back while nobody opened it, and handed in again', async () => {
    await bar(page).getByRole('button', { name: '撤回' }).click()
    await page.getByRole('dialog').getByRole('button', { name: /撤回/ }).click()
    await bar(page).getByLabel('意见').fill('请审批。')
    await bar(page).getByRole('button', { name: '提交', exact: true }).click()
    await expect(page.getByText('第 2 次')).toBeHidden()
    await expect(bar(page).getByRole('button', { name: '催办' })).toBeVisible()
  })

  const leader = await another('leader', '/tasks')
  await test.step('the leader sends it straight back, gets it again, and agrees', async () => {
    await openCase(leader, title)
    await expectAccessible(leader)
    await bar(leader).getByRole('button', { name: '不同意' }).click()
    await expect(leader.getByRole('alert')).toHaveText('选择“不同意”时请填写意见。')
    await bar(leader).getByRole('button', { name: '退回' }).click()
    const dialog = leader.getByRole('dialog', { name: '退回' })
    await dialog.getByLabel('要修改什么').fill('请补充报价。')
    await dialog.getByRole('button', { name: '确认退回' }).click()
    await expect(leader.getByText('已退回补正，改好后直接交回这里。')).toBeVisible()
    await page.reload()
    await bar(page).getByLabel('意见').fill('已补充三家报价。')
    await bar(page).getByRole('button', { name: '提交', exact: true }).click()
    await expect(page.getByRole('region', { name: '办理经过' }).getByText('请补充报价。')).toBeVisible()
    await leader.reload()
    await bar(leader).getByRole('button', { name: '同意。' }).click()
    await bar(leader).getByRole('button', { name: '同意', exact: true }).click()
    await expect(leader.getByText('分管领导审批').first()).toBeVisible()
  })

  await test.step('the administrator of the unit names who handles the last step', async () => {
    const admin = await another('unitAdmin', '/cases/administration')
    await admin.getByText(title).first().click()
    const section = admin.getByRole('region', { name: '管理' })
    await section.getByRole('button', { name: /选择人员/ }).click()
    await admin.getByRole('combobox').last().fill('孙立岩')
    await admin
      .getByRole('option', { name: /孙立岩/ })
      .first()
      .click()
    await admin.getByRole('button', { name: /选好了/ }).click()
    await section.getByRole('button', { name: '指定办理人' }).click()
    const dialog = admin.getByRole('dialog', { name: /指定办理人/ })
    await dialog.getByRole('textbox').fill('两位分管负责人外出。')
    await dialog.getByRole('button', { name: '确认指定办理人' }).click()
    await expect(admin.getByRole('region', { name: '办理经过' }).getByText('指定办理人孙立岩')).toBeVisible()
    await expectAccessible(admin)
    await admin.context().close()
  })

  await test.step('it is closed, and the applicant sees who said what', async () => {
    await leader.reload()
    await bar(leader).getByRole('button', { name: '同意', exact: true }).click()
    await expect(leader.getByText('已办结')).toBeVisible()
    await leader.context().close()
    await page.reload()
    await expect(page.getByText('已办结')).toBeVisible()
    const history = page.getByRole('region', { name: '办理经过' })
    await expect(history.getByText('两位分管负责人外出。')).toBeVisible()
    await expect(bar(page)).toBeHidden()
  })
})

test('a stranger to a case does not see it, and somebody stands in for whoever is away', async ({ page }) => {
  test.slow()
  await signIn(page, 'village', '/cases')
  await expect(page.getByText('还没有发起过办件')).toBeVisible()
  await page.goto('/cases/00000000-0000-7000-8000-000000000000')
  await expect(page.getByText(/没有找到这件事/)).toBeVisible()
  await page.goto('/cases/delegations')
  await expect(page.getByText('现在没有委托')).toBeVisible()
  await page.getByRole('button', { name: '委托', exact: true }).click()
  await expect(page.getByText('请选择受托人。').first()).toBeVisible()
  await expectAccessible(page)
})
