import type { Page } from '@playwright/test'
import { expect, expectAccessible, signIn, test } from './fixtures.ts'

const properties = (page: Page) => page.getByRole('complementary', { name: '属性' })
const choose = async (page: Page, label: string, option: string) => {
  await properties(page).getByLabel(label, { exact: true }).click()
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: option }).first().click()
}
const insert = async (page: Page, after: string, kind: string) => {
  await page.getByRole('button', { name: after, exact: true }).click()
  // the menu before may still be closing
  await page.getByRole('menuitem', { name: kind }).last().click()
}

test('an administrator draws a process, tries it out, publishes it, and a clerk runs it', async ({
  page,
  browser,
}, info) => {
  test.setTimeout(240_000)
  const name = `设备采购审批 ${Date.now() % 100_000}`

  await test.step('a new process begins empty', async () => {
    await signIn(page, 'unitAdmin', '/cases/processes')
    await page.getByRole('button', { name: '新建流程' }).click()
    await page.getByLabel('流程名称').fill(name)
    await page.getByRole('button', { name: '开始设计' }).click()
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible()
    await properties(page).getByPlaceholder('如：金额').fill('金额')
    await properties(page).getByRole('button', { name: '添加' }).click()
  })

  await test.step('steps are put in by keyboard and by the plus, conditions said in words', async () => {
    await page.getByRole('button', { name: /^开始/ }).focus()
    await page.keyboard.press('+')
    await page.getByRole('menuitem', { name: '一人办理' }).click()
    await properties(page).getByLabel('名称', { exact: true }).fill('科室负责人审批')
    await insert(page, '在“科室负责人审批”后面插入', '决策表')
    await properties(page).getByRole('button', { name: '新建一张' }).click()
    const table = page.getByRole('dialog', { name: '决策表' })
    await table.getByLabel('第 1 条，金额').fill('＞ 10,000')
    await table.getByLabel('第 1 条，结论').fill('大额')
    await page.keyboard.press('Enter')
    await expect(table.getByLabel('第 2 条，结论')).toBeFocused()
    await page.keyboard.type('小额')
    await page.keyboard.press('Tab')
    await table.getByLabel('金额', { exact: true }).fill('60000')
    await expect(table.getByText('结果：大额')).toBeVisible()
    await expectAccessible(page)
    await table.getByRole('button', { name: '完成' }).click()
    await insert(page, '在“定级”后面插入', '按条件分开')
    await expect(page.getByRole('region', { name: '检查结果' }).getByText('错误 1')).toBeVisible()
    await page.getByRole('button', { name: '如果 还没有写条件' }).click()
    await choose(page, '第 1 条：看什么', '结论')
    await properties(page).getByLabel('第 1 条：值').fill('大额')
    await expect(page.getByRole('button', { name: '如果 结论 等于 “大额”' })).toBeVisible()
    await page.getByRole('button', { name: '在这里插入' }).nth(1).click()
    await page.getByRole('menuitem', { name: '一人办理' }).click()
    await properties(page).getByLabel('名称', { exact: true }).fill('单位负责人审批')
    await expect(page.getByText('没有发现问题')).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('what was done is taken back and done again', async () => {
    await page.getByRole('button', { name: '科室负责人审批' }).first().focus()
    await page.keyboard.press('Delete')
    await expect(page.getByRole('button', { name: /^科室负责人审批/ })).toBeHidden()
    await page.getByRole('button', { name: '撤销' }).click()
    await expect(page.getByRole('button', { name: /^科室负责人审批/ })).toBeVisible()
  })

  await test.step("what is set in the expert's tool stands in the simple one", async () => {
    await page.getByRole('button', { name: '专业设计器' }).click()
    await page.locator('.wf-bpmn [data-element-id]', { hasText: '单位负责人审批' }).last().click()
    await choose(page, '办理人不在岗时', '等本人回来')
    await properties(page).getByLabel(/^名称/).fill('单位负责人审定')
    await page.getByRole('button', { name: '简易设计器' }).click()
    await page.getByRole('button', { name: /^单位负责人审定/ }).click()
    await expect(properties(page).getByText('等本人回来，时限从回来起算')).toBeVisible()
  })

  await test.step('a try goes the way of the values and says who', async () => {
    await page.getByRole('button', { name: '试办一件' }).click()
    await page.getByLabel(/^金额/).fill('60000')
    await page.getByRole('button', { name: '一路同意到底' }).click()
    const course = page.getByRole('region', { name: '试办经过' })
    await expect(course.getByText('走到头了：这件事办结。')).toBeVisible()
    await expect(course.getByRole('heading', { name: '单位负责人审定' })).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('it is published with a note', async () => {
    await page.getByRole('button', { name: '发布', exact: true }).click()
    await page.getByLabel('这一版改了什么').fill('第一版')
    await page.getByRole('button', { name: '发布第 1 版' }).click()
    await expect(page.getByText('第 1 版已发布')).toBeVisible()
  })

  const open = async (who: 'clerk' | 'leader', path: string) => {
    const context = await browser.newContext({ ...info.project.use, baseURL: process.env.E2E_URL })
    const other = await context.newPage()
    await signIn(other, who, path)
    return other
  }
  const title = `购置扫描仪 ${Date.now() % 100_000}`
  const clerk = await open('clerk', '/cases/new')
  await test.step('a clerk starts on it at once and sees where it will go', async () => {
    await clerk.getByRole('button', { name }).click()
    await clerk.getByLabel('标题').fill(title)
    await clerk.getByLabel(/^金额/).fill('60000')
    await clerk.getByRole('button', { name: '发起', exact: true }).click()
    const progress = clerk.getByRole('region', { name: '流程进度' })
    await expect(progress.getByRole('button', { name: /科室负责人审批，在办/ })).toBeVisible()
    await progress.getByRole('button', { name: /单位负责人审定，预计/ }).click()
    await expect(progress.getByText('预计由其办理').first()).toBeVisible()
    await expectAccessible(clerk)
  })

  await test.step('the leader of the office handles both steps to the end, by keys that ask before they decide', async () => {
    const leader = await open('leader', '/tasks')
    // who leads the unit is also the nearest leader of the clerk's division: one person, two steps
    for (const handler of [leader, leader]) {
      await handler.goto('/tasks')
      await handler.getByRole('region', { name: '待办列表' }).getByRole('button', { name: title }).click()
      await expect(handler.locator('.wf-bar').getByRole('button', { name: '同意', exact: true })).toBeVisible()
      await handler.keyboard.press('r')
      await expect(handler.getByRole('alert')).toHaveText('选择“不同意”时请填写意见。')
      await handler.getByRole('heading', { name: title }).first().click()
      await handler.keyboard.press('a')
      const dialog = handler.getByRole('dialog', { name: `同意“${title}”？` })
      await dialog.getByRole('button', { name: '确认同意' }).click()
      await expect(handler.getByText('已办理：同意。')).toBeVisible()
    }
    await clerk.reload()
    await expect(clerk.getByText('已办结')).toBeVisible()
    await expect(
      clerk.getByRole('region', { name: '流程进度' }).getByRole('button', { name: /单位负责人审定，已办/ }),
    ).toBeVisible()
    await leader.context().close()
    await clerk.context().close()
  })
})
