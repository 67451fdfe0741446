import { expect, expectAccessible, signIn, test } from './fixtures.ts'

// The packaged browser looks each new Chinese glyph up in its fonts after a navigation: seconds where other work shares the cores.
test.use({ actionTimeout: 45_000 })

test('a clerk drafts, a leader publishes, another clerk reads, the author sees who has', async ({ page }, info) => {
  test.slow()
  const title = `消防疏散演练安排（${info.project.name}）`

  await test.step('the clerk drafts and sends it for approval', async () => {
    await signIn(page, 'clerk', '/notices/new')
    await page.getByRole('button', { name: '保存并预览' }).click()
    await expect(page.getByRole('alert')).toContainText('3 处需要修改')
    await page.getByLabel('标题', { exact: true }).fill(title)
    await page
      .getByLabel('正文', { exact: true })
      .fill('周四 15:00 全楼演练，请走就近楼梯。\n路线图见 https://example.gov.cn/map 。')
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: '疏散路线.txt', mimeType: 'text/plain', buffer: Buffer.from('三楼走东侧楼梯') })
    await page.getByLabel('通知范围', { exact: true }).click()
    await page.getByLabel('搜单位名称或简称').fill('博兴县人民政府办公室')
    await page.getByRole('dialog').getByRole('button', { name: '博兴县人民政府办公室' }).first().click()
    await page.getByRole('button', { name: '选好了（1）' }).click()
    await page.getByRole('button', { name: '保存并预览' }).click()
    const panel = page.getByRole('complementary', { name: '详情' })
    await expect(panel.getByRole('heading', { name: title })).toBeVisible()
    await expect(panel.getByRole('link', { name: 'https://example.gov.cn/map' })).toBeVisible()
    await expect(panel.getByRole('link', { name: '疏散路线.txt', exact: true })).toBeVisible()
    await panel.getByRole('button', { name: '送审' }).click()
    await expect(panel.getByText('待审核')).toBeVisible()
    await expect(panel.getByRole('button', { name: '送审' })).toBeHidden()
  })

  await test.step('the leader publishes it', async () => {
    await signIn(page, 'leader', '/notices/manage?view=unit&state=pending')
    await page.getByText(title).first().click()
    await page.getByRole('button', { name: '发布', exact: true }).click()
    await expect(page.getByText('通知已发布给 1 个单位。')).toBeVisible()
  })

  await test.step('another clerk reads it', async () => {
    await signIn(page, 'unitAdmin', '/notices?unread=true')
    await expectAccessible(page)
    await page.getByRole('button', { name: title }).click()
    const reading = page.getByRole('article', { name: '通知内容' })
    await expect(reading.getByText('周四 15:00 全楼演练')).toBeVisible()
    await expectAccessible(page)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      reading.getByRole('link', { name: '下载疏散路线.txt' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('疏散路线.txt')
    await page.goto('/notices?unread=true')
    await expect(page.getByRole('button', { name: title })).toBeHidden()
    await expect(page.getByRole('navigation', { name: '通知种类' })).toBeVisible()
  })

  await test.step('the author sees who has read it', async () => {
    await signIn(page, 'clerk', '/notices/manage')
    await page.getByText(title).first().click()
    const readers = page.getByRole('region', { name: '阅读情况' })
    await readers.getByRole('button', { name: '已读 1' }).click()
    await expect(readers.getByRole('listitem')).toContainText('毕嘉禾')
    await expectAccessible(page)
  })
})

test('a village officer sees what is for the county, not what is for one office', async ({ page }) => {
  await signIn(page, 'village', '/notices')
  await expect(page.getByText('四季度档案移交安排')).toBeVisible()
  await expect(page.getByText('机关食堂下周起调整午餐时间')).toBeHidden()
})
