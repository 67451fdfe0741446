import { expect, expectAccessible, signIn, test } from './fixtures.ts'

// The packaged browser looks each new Chinese glyph up in its fonts after a navigation: seconds where other work shares the cores.
test.use({ actionTimeout: 45_000 })

test('a unit claims a matter, another approves it, a clerk applies, the leader handles it to its close', async ({
  page,
}, info) => {
  test.slow()
  // the desk comes first and claims it; on the phone it is there to be applied for and handled
  const phone = info.project.name === 'phone'
  const matter = '机关印章使用审批'

  await test.step('the administrator of the county claims it and fills in what is local', async () => {
    if (phone) return
    await signIn(page, 'unitAdmin', '/matters/claim')
    await page.getByText(matter).first().click()
    const panel = page.getByRole('complementary', { name: '详情' })
    await panel.getByRole('combobox', { name: '所依的三定职责' }).click()
    await page.getByRole('option').first().waitFor({ state: 'attached' })
    await page.keyboard.press('Enter')
    await panel.getByRole('button', { name: '认领', exact: true }).click()
    await expect(page.getByRole('heading', { name: `编制：${matter}` })).toBeVisible()
    await page.getByLabel('办理地址').fill('县政务中心 A 座 311')
    await page.getByLabel('咨询电话').fill('0543-0023122')
    await page.getByRole('button', { name: '受理人 选择人员' }).click()
    await page.getByLabel('搜姓名、拼音、首字母、手机尾号').fill('孙立岩')
    await page.getByRole('option', { name: '孙立岩' }).first().click()
    await page.getByRole('button', { name: '选好了（1）' }).click()
    await page.getByRole('button', { name: '审批人 选择人员' }).click()
    await page.getByLabel('搜姓名、拼音、首字母、手机尾号').fill('孙立岩')
    await page.getByRole('option', { name: '孙立岩' }).first().click()
    await page.getByRole('button', { name: '选好了（1）' }).click()
    await expectAccessible(page)
    await page.getByRole('button', { name: '送审' }).click()
    await expect(page.getByText('待审核').first()).toBeVisible()
  })

  await test.step('the leader approves it', async () => {
    if (phone) return
    await signIn(page, 'leader', '/matters/review')
    await page.getByText(matter).first().click()
    await page.getByRole('button', { name: '审核通过' }).click()
    await expect(page.getByText('已通过，已发布。')).toBeVisible()
  })

  await test.step('the clerk finds it and applies', async () => {
    await signIn(page, 'clerk', `/services?q=${encodeURIComponent('用印')}`)
    await expectAccessible(page)
    await page.getByRole('link', { name: `申请${matter}` }).click()
    await page.getByLabel('用哪一种印章').click()
    await page.keyboard.press('Enter')
    await page.getByLabel('申请事由').fill('给全县各镇街发会议通知。')
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: '通知.txt', mimeType: 'text/plain', buffer: Buffer.from('会议通知') })
    await expect(page.getByRole('link', { name: '通知.txt' })).toBeVisible()
    await page.getByRole('button', { name: '提交申请' }).click()
    await expect(page.getByText('待受理').first()).toBeVisible()
    await expect(page.getByText('给全县各镇街发会议通知。')).toBeVisible()
  })

  await test.step('the leader reads the form in the to-do, accepts and decides there', async () => {
    await signIn(page, 'leader', '/tasks')
    const bar = page.locator('.wf-bar')
    for (const outcome of ['受理', '准予']) {
      await page.goto('/tasks')
      await page
        .getByRole('region', { name: '待办列表' })
        .getByRole('button', { name: new RegExp(matter) })
        .first()
        .click()
      await expect(page.getByText('给全县各镇街发会议通知。')).toBeVisible()
      await expect(page.getByRole('link', { name: '通知.txt' })).toBeVisible()
      await bar.getByRole('button', { name: outcome, exact: true }).click()
      await expect(bar.getByRole('button', { name: outcome, exact: true })).toBeHidden()
    }
  })

  await test.step('it is closed, and the clerk rates it', async () => {
    await signIn(page, 'clerk', '/services/cases')
    await page.getByText(matter).first().click()
    await expect(page.getByText('已办结').first()).toBeVisible()
    await page.getByRole('list', { name: '星数' }).getByRole('radio').last().click({ force: true })
    await page.getByRole('button', { name: '提交评价' }).click()
    await expect(page.getByText('评价 5 星')).toBeVisible()
  })
})
