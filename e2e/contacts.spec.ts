import { accounts, demoPassword } from './accounts.ts'
import { expect, expectAccessible, isPhone, signIn, test } from './fixtures.ts'

test('a clerk finds a colleague by initials, nearest first, and keeps the contact', async ({ page, context }) => {
  test.slow()
  const phone = isPhone(page)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await signIn(page, 'clerk', '/contacts')
  if (phone) await expect(page.getByRole('link', { name: /博兴县人民政府办公室.*本单位/ })).toBeVisible()
  else {
    const own = page.getByRole('treeitem', { name: /^县政府办公室/ })
    await expect(own).toHaveAttribute('aria-selected', 'true')
    await expect(page.getByRole('heading', { name: '博兴县人民政府办公室', level: 2 })).toBeVisible()
    await expect(page.getByRole('heading', { name: /^单位领导 4/ })).toBeVisible()
  }
  await expectAccessible(page)

  await test.step('one’s own unit comes before the county', async () => {
    await page.getByLabel('搜人员和单位').fill('lmy')
    const near = page.getByRole('region', { name: '本单位' })
    await expect(near.getByRole('link', { name: '李明远', exact: true })).toBeVisible()
    const stages = await page.getByRole('heading', { name: /^(本单位|本县|本市|全省)/ }).allInnerTexts()
    expect(stages.map((text) => text.slice(0, 2))).toEqual(['本单', '本县', '本市', '全省'])
    await expect(near.locator('mark').first()).toHaveText('李明远')
    await expectAccessible(page)
    // the keyboard alone: into the results and back to the box
    await page.keyboard.press('ArrowDown')
    await expect(near.getByRole('link', { name: '李明远', exact: true })).toBeFocused()
    await page.keyboard.press('ArrowUp')
    await expect(page.getByLabel('搜人员和单位')).toBeFocused()
    await page.keyboard.press('Enter')
  })

  await test.step('the card: copied, kept, reached again by its address', async () => {
    await expect(page.getByRole('heading', { name: '李明远', level: 2 })).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('button', { name: '复制', exact: true }).first().click()
    await expect(page.getByText('已复制李明远的联系方式')).toBeVisible()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('博兴县人民政府办公室 综合科 科长')
    const star = page.getByRole('button', { name: '加入常用' })
    await star.click()
    await expect(page.getByRole('button', { name: '移出常用' })).toHaveAttribute('aria-pressed', 'true')
    await page.reload()
    await expect(page.getByRole('heading', { name: '李明远', level: 2 })).toBeVisible()
    await expect(page.getByRole('button', { name: '移出常用' })).toBeVisible()
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: '下载名片' }).click()
    expect((await download).suggestedFilename()).toMatch(/\.vcf$/)
  })

  await test.step('the star brings the colleague to the front, and is taken back', async () => {
    await page.goto('/contacts/mine')
    const mine = page.getByRole('region', { name: '常用', exact: true })
    await mine.getByRole('link', { name: '李明远' }).click()
    await page.getByRole('button', { name: '移出常用' }).click()
    await expect(page.getByRole('button', { name: '加入常用' })).toBeVisible()
  })
})

test('the tree by keyboard, a unit by its address, and one that is gone', async ({ page }) => {
  test.skip(isPhone(page), 'the phone drills down instead')
  await signIn(page, 'clerk', '/contacts')
  const own = page.getByRole('treeitem', { name: /^县政府办公室/ })
  await expect(own).toBeVisible()
  await page.getByRole('tree', { name: '组织目录' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(own).toHaveAttribute('aria-expanded', 'true')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: '文电科' }).getByRole('heading', { level: 2 })).toBeVisible()
  await expect(page.getByRole('tree', { name: '组织目录' })).toBeFocused()
  await expect(page.getByRole('link', { name: '周文清' })).toBeVisible()

  const address = page.url()
  await page.goto('/contacts')
  await expect(page.getByRole('heading', { name: '博兴县人民政府办公室', level: 2 })).toBeVisible()
  await page.goto(address)
  await expect(page.getByRole('treeitem', { name: /^文电科/ })).toHaveAttribute('aria-selected', 'true')

  await page.goto('/contacts/units/00000000-0000-4000-8000-000000000000')
  await expect(page.getByRole('heading', { name: '没有这个单位' })).toBeVisible()
  await page.getByRole('link', { name: '回到本单位' }).click()
  await expect(page.getByRole('heading', { name: '博兴县人民政府办公室', level: 2 })).toBeVisible()
})

test('one subtree fails alone, says so, and is repaired', async ({ page }) => {
  test.skip(isPhone(page), 'the phone drills down instead')
  await signIn(page, 'clerk', '/contacts')
  await expect(page.getByRole('treeitem', { name: /^县政府办公室/ })).toBeVisible()
  await page.route(/\/api\/directory\/(units\/[^/]+\/children|units-by-no|delta)/, (route) => route.abort())
  await page
    .getByRole('treeitem', { name: /^市直单位/ })
    .locator('.twist')
    .click()
  const failed = page.getByRole('treeitem', { name: '没有读到，点此重试' })
  await expect(failed).toBeVisible()
  await expect(page.getByRole('treeitem', { name: /^县政府办公室/ })).toBeVisible()
  await page.unrouteAll()
  await failed.click()
  await expect(page.getByRole('treeitem', { name: /^市委/ })).toBeVisible()
})

test('on the phone the province is reached step by step, and back', async ({ page }) => {
  test.skip(!isPhone(page), 'the desktop has the tree')
  await signIn(page, 'clerk', '/contacts')
  for (const name of [/山东省.*全省组织/, /^滨州市/, /^博兴县/, /^锦秋街道/])
    await page.getByRole('link', { name }).click()
  await expect(page.getByRole('heading', { name: '锦秋街道', level: 1 })).toBeVisible()
  await expect(page.getByRole('link', { name: /^打电话给/ }).first()).toHaveAttribute('href', /^tel:\d+$/)
  await expectAccessible(page)
  await page.getByRole('button', { name: /^下级单位/ }).click()
  await expect(page.getByRole('link', { name: /湾头/ }).first()).toBeVisible()
  await page.getByRole('button', { name: '返回' }).click()
  await expect(page.getByRole('heading', { name: '博兴县', level: 1 })).toBeVisible()
})

test('nothing found says what to try; the global box leads to the card', async ({ page }) => {
  await signIn(page, 'clerk', '/contacts?q=qqqqqq')
  await expect(page.getByRole('heading', { name: '没有找到“qqqqqq”' })).toBeVisible()
  await expect(page.getByText('“张 水利”')).toBeVisible()
  if (isPhone(page)) return
  await page.getByRole('button', { name: '清空' }).click()
  await page.getByRole('button', { name: /搜人员、单位/ }).click()
  await page.getByRole('combobox', { name: /搜人员/ }).fill('limingyuan')
  await expect(page.getByRole('option', { name: /李明远/ }).first()).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: '李明远', level: 2 })).toBeVisible()
})

test('a stranger is asked to sign in, and then sees what was asked for', async ({ page }) => {
  await page.goto('/contacts')
  await expect(page).toHaveURL(/\/sign-in\?to=%2Fcontacts/)
  await page.getByLabel('账号', { exact: true }).fill(accounts.clerk)
  await page.getByLabel('密码', { exact: true }).fill(demoPassword)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page).toHaveURL(/\/contacts/)
  await expect(page.getByLabel('搜人员和单位')).toBeVisible()
})
