import type { Page } from '@playwright/test'
import { expect, expectAccessible, signIn, test } from './fixtures.ts'

const properties = (page: Page) => page.getByRole('complementary', { name: '属性' })
const choose = async (page: Page, label: string, option: string) => {
  await properties(page).getByLabel(label, { exact: true }).click()
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: option }).first().click()
}
const insert = async (page: Page, after: string, kind: string) => {
  await page.getByRole('button', { name: after, exact: true }).click()
  await page.getByRole('menuitem', { name: kind }).click()
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
    await insert(page, '在“科室负责人审批”后面插入', '按条件分开')
    await expect(page.getByRole('region', { name: '检查结果' }).getByText('错误 1')).toBeVisible()
    await page.getByRole('button', { name: '如果 还没有写条件' }).click()
    await choose(page, '第 1 条：看什么', '金额')
    await choose(page, '第 1 条：怎样比', '大于')
    await properties(page).getByLabel('第 1 条：值').fill('10000')
    await expect(page.getByRole('button', { name: '如果 金额 大于 10,000' })).toBeVisible()
    await page.getByRole('button', { name: '在这里插入' }).nth(1).click()
    await page.getByRole('menuitem', { name: '一人办理' }).click()
    await properties(page).getByLabel('名称', { exact: true }).fill('单位负责人审批')
    await properties(page).getByLabel('向上第几级').fill('2')
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

  await test.step('a try goes the way of the values and says who', async () => {
    await page.getByRole('button', { name: '试办一件' }).click()
    await page.getByLabel(/^金额/).fill('60000')
    await page.getByRole('button', { name: '一路同意到底' }).click()
    const course = page.getByRole('region', { name: '试办经过' })
    await expect(course.getByText('走到头了：这件事办结。')).toBeVisible()
    await expect(course.getByRole('heading', { name: '单位负责人审批' })).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('it is published with a note', async () => {
    await page.getByRole('button', { name: '发布', exact: true }).click()
    await page.getByLabel('这一版改了什么').fill('第一版')
    await page.getByRole('button', { name: '发布第 1 版' }).click()
    await expect(page.getByText('第 1 版已发布')).toBeVisible()
  })

  await test.step('a clerk starts on it at once and sees where it will go', async () => {
    const context = await browser.newContext({ ...info.project.use, baseURL: process.env.E2E_URL })
    const clerk = await context.newPage()
    await signIn(clerk, 'clerk', '/cases/new')
    await clerk.getByRole('button', { name }).click()
    await clerk.getByLabel('标题').fill('购置扫描仪')
    await clerk.getByLabel(/^金额/).fill('60000')
    await clerk.getByRole('button', { name: '发起', exact: true }).click()
    const progress = clerk.getByRole('region', { name: '流程进度' })
    await expect(progress.getByRole('button', { name: /科室负责人审批，在办/ })).toBeVisible()
    await progress.getByRole('button', { name: /单位负责人审批，预计/ }).click()
    await expect(progress.getByText('预计由其办理').first()).toBeVisible()
    await expectAccessible(clerk)
    await context.close()
  })
})
