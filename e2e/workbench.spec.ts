import { expect, expectAccessible, isPhone, signIn, test } from './fixtures.ts'

test.use({ actionTimeout: 45_000 })

test('a number leads to its rows; a card is put away by keys and comes back with the unit’s arrangement', async ({
  page,
}) => {
  test.slow()
  // one account's arrangement is the same on both sizes: each has a person of its own
  await signIn(page, isPhone(page) ? 'village' : 'leader', '/')
  const card = (name: string) => page.getByRole('region', { name, exact: true })
  await expect(card('待办').getByRole('link', { name: /时间充裕/ })).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('button', { name: '调整' }).click()
  const drawer = page.getByRole('dialog', { name: '调整工作台' })
  await drawer.getByRole('button', { name: '移动通知公告，按上下方向键' }).press('ArrowUp')
  await drawer.getByRole('combobox', { name: '通知公告的位置' }).click()
  await page.getByTitle('不显示', { exact: true }).last().click()
  await expectAccessible(page)
  await drawer.getByRole('button', { name: '保存' }).click()
  await expect(page.getByText('工作台按您自己的调整显示。')).toBeVisible()
  await expect(card('通知公告')).toBeHidden()

  await page.getByRole('button', { name: '调整' }).click()
  await drawer.getByRole('button', { name: '恢复' }).click()
  await page
    .getByRole('dialog', { name: /恢复“原来的样子”/ })
    .getByRole('button', { name: /^恢复/ })
    .click()
  await expect(card('通知公告')).toBeVisible()

  await card('待办')
    .getByRole('link', { name: /时间充裕/ })
    .click()
  await expect(page.getByRole('button', { name: '不再只看时间充裕' })).toBeVisible()
})
