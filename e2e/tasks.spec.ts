import type { Page } from '@playwright/test'
import { expect, expectAccessible, isPhone, signIn, test } from './fixtures.ts'

// The packaged browser looks each new Chinese glyph up in its fonts after a navigation: seconds where other work shares the cores.
test.use({ actionTimeout: 45_000 })

const list = (page: Page) => page.getByRole('region', { name: '待办列表' })
const pane = (page: Page) => page.getByRole('article', { name: '待办内容' })
/** By hand: a stroke on the pad, kept with the outcome. */
const write = async (page: Page) => {
  await pane(page).getByRole('button', { name: '手写' }).click()
  const dialog = page.getByRole('dialog', { name: '手写意见' })
  const pad = dialog.locator('canvas')
  await expect(async () => {
    // where the pad is once the dialog stands still
    await pad.hover({ position: { x: 40, y: 60 } })
    const field = (await pad.boundingBox())!
    await page.mouse.down()
    await page.mouse.move(field.x + 160, field.y + 120, { steps: 6 })
    await page.mouse.up()
    await expect(dialog.getByRole('button', { name: '用这个' })).toBeEnabled({ timeout: 2_000 })
  }).toPass()
  await dialog.getByRole('button', { name: '用这个' }).click()
  await expect(pane(page).getByText('已手写')).toBeVisible()
}
/** Fingers: the page hears the touches a phone would send. */
const swipe = (page: Page, from: number, to: number) =>
  pane(page).evaluate(
    (target, [x0, x1]) => {
      const touch = (clientX: number) => new Touch({ identifier: 1, target, clientX, clientY: 400 })
      const send = (type: string, at: number, touches: Touch[]) =>
        target.dispatchEvent(
          new TouchEvent(type, { bubbles: true, cancelable: true, touches, changedTouches: [touch(at)] }),
        )
      send('touchstart', x0!, [touch(x0!)])
      send('touchend', x1!, [])
    },
    [from, to],
  )

test('a clerk finds what presses, gives an outcome, and the next one opens', async ({ page }, info) => {
  test.slow()
  const phone = isPhone(page)
  // each project completes its own, on one server
  const [first, outcome] = phone ? ['毕嘉禾的年休假（3 天）', '不同意'] : ['核对文电科人员的职务和办公电话', '已核对']

  await test.step('the inbox counts what it lists', async () => {
    await signIn(page, 'clerk', '/tasks')
    const rows = list(page).getByRole('listitem')
    await expect(rows.first()).toBeVisible()
    const count = await rows.count()
    await expect(page.getByRole('button', { name: `全部待办 ${count}`, exact: true })).toBeVisible()
    await expect(page.getByRole('link', { name: `待办未处理 ${count} 件` })).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('an outcome is asked once, with the name, and closes the task', async () => {
    await list(page).getByRole('button', { name: first }).click()
    await expect(pane(page).getByRole('heading', { name: first })).toBeVisible()
    await expectAccessible(page)
    if (!phone) await write(page)
    await pane(page).getByLabel('说明').fill(`浏览器测试（${info.project.name}）`)
    await pane(page).getByRole('button', { name: outcome, exact: true }).click()
    const dialog = page.getByRole('dialog', { name: `${outcome}：${first}` })
    await dialog.getByRole('button', { name: outcome, exact: true }).click()
    await expect(page.getByText(`${outcome}：${first}`).first()).toBeVisible()
  })

  await test.step('the next one opens', async () => {
    await expect(pane(page).getByRole('heading', { level: 2 })).not.toHaveText(first)
    await expect(page).toHaveURL(/row=/)
  })

  await test.step('a foreign system is named and opens apart', async () => {
    await page.goto('/tasks?q=为民办实事')
    await list(page).getByRole('button', { name: '报送三季度为民办实事进展情况' }).click()
    const link = pane(page).getByRole('link', { name: '到督查督办系统办理' })
    await expect(link).toHaveAttribute('rel', /noopener/)
    await expect(link).toHaveAttribute('target', '_blank')
    await expect(pane(page).getByText('duban.example.gov.cn')).toBeVisible()
  })

  await test.step('what was done is found among the closed, with what was written', async () => {
    await page.goto(`/tasks?kind=closed`)
    await page.getByRole('region', { name: '已办列表' }).getByRole('button', { name: first }).click()
    await expect(pane(page).getByText(`浏览器测试（${info.project.name}）`)).toBeVisible()
    if (!phone) await expect(pane(page).getByRole('img', { name: '手写意见' })).toBeVisible()
  })

  await test.step('many are given one outcome at once', async () => {
    if (phone) return
    await page.goto('/tasks?matter=用印申请')
    await page.getByRole('button', { name: '多选' }).click()
    await list(page).getByRole('checkbox', { name: '全选' }).check()
    await list(page).getByRole('button', { name: '同意用印', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: '同意用印 2 件待办？' })
    await expectAccessible(page)
    await dialog.getByRole('button', { name: '同意用印 2 件' }).click()
    await expect(page.getByText('没有符合条件的待办')).toBeVisible()
  })
})

test('keys walk the list, a view keeps filters, many readings are marked at once', async ({ page }) => {
  test.slow()
  if (!isPhone(page)) {
    await signIn(page, 'leader', '/tasks')
    await expect(list(page).getByRole('listitem').first()).toBeVisible()
    const title = pane(page).getByRole('heading', { level: 2 })
    // what else waits for the leader on this server stands before or between
    const walkTo = (text: string, key = 'j') =>
      expect(async () => {
        await page.keyboard.press(key)
        await expect(title).toHaveText(text, { timeout: 2_000 })
      }).toPass()
    await walkTo('关于印发县政府 2027 年会议计划的通知')
    await walkTo('周文清的年休假（2 天）')
    await page.keyboard.press('r')
    await page
      .getByRole('dialog', { name: '不同意：周文清的年休假（2 天）' })
      .getByRole('button', { name: '再想想' })
      .click()
    await walkTo('关于印发县政府 2027 年会议计划的通知', 'k')
    await page.keyboard.press('a')
    await page
      .getByRole('dialog', { name: '同意签发：关于印发县政府 2027 年会议计划的通知' })
      .getByRole('button', { name: '再想想' })
      .click()
    await page.goto('/tasks?pressing=true')
    await page.getByRole('button', { name: '存下现在的筛选' }).click()
    await page.getByLabel('视图名称').fill('马上要办')
    await page.getByRole('button', { name: '保存' }).click()
    await page.goto('/tasks')
    await page.getByRole('button', { name: '马上要办', exact: true }).click()
    await expect(page).toHaveURL(/pressing=true/)
  }
  await signIn(page, isPhone(page) ? 'village' : 'leader', '/tasks?kind=unread')
  await page.getByRole('checkbox', { name: '全选' }).check()
  await page.getByRole('button', { name: '标为已阅' }).click()
  await expect(page.getByText('没有待阅')).toBeVisible()
})

test('on the phone a swipe leads on and back', async ({ page }) => {
  test.skip(!isPhone(page), 'fingers')
  await signIn(page, 'clerk', '/tasks?pressing=true')
  const rows = list(page).getByRole('listitem')
  await expect(rows.nth(1)).toBeVisible()
  const title = pane(page).getByRole('heading', { level: 2 })
  await rows.first().getByRole('button').click()
  await expect(title).toHaveText('报送三季度为民办实事进展情况')
  await swipe(page, 320, 80)
  await expect(title).toHaveText('关于做好今冬明春农村供水保障工作的通知')
  await swipe(page, 80, 320)
  await expect(rows.first()).toBeVisible()
})
