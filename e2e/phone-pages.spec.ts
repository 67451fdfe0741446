import { expect, expectAccessible, signIn, test } from './fixtures.ts'

/** Pages whose work is the same on every screen: here they are opened at 390 px, fit, and are accessible. What they do is proved on the desk. */
const pages = {
  unitAdmin: [
    '/organization',
    '/organization/people/new',
    '/organization/units',
    '/organization/imports',
    '/organization/books',
    '/structure',
    '/structure/new',
    '/visibility/rules',
    '/grants',
    '/apps/manage',
    '/accounts/openings',
    '/accounts/rule',
    '/recoveries',
    '/cases/processes',
    '/cases/administration',
    '/cases/migrations/new',
    '/cases/handings',
    '/cases/absences',
  ],
  systemAdmin: [
    '/organization/scim',
    '/organization/duties',
    '/calendar',
    '/calendar/hours',
    '/certificates',
    '/access',
    '/access/zones',
    '/roles',
  ],
  securityAdmin: [
    '/apps/review',
    '/apps/health',
    '/access/decisions',
    '/grants/proposals',
    '/certificates/anchors',
    '/keys',
  ],
  auditor: ['/audit', '/audit/checkpoints', '/audit/export'],
  clerk: [
    '/apps',
    '/apps/guide',
    '/me/security',
    '/me/sessions',
    '/me/access',
    '/delegations',
    '/cases/away',
    '/feedback/mine',
  ],
} as const

for (const [who, paths] of Object.entries(pages) as [keyof typeof pages, readonly string[]][])
  test(`${who} finds every page whole on the phone`, async ({ page }) => {
    test.setTimeout(180_000)
    await signIn(page, who)
    for (const path of paths)
      await test.step(path, async () => {
        await page.goto(path)
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
        await expect(page.locator('.qt-skeleton, [aria-busy=true]')).toHaveCount(0)
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        expect(wide, `${path} is wider than the screen`).toBeLessThanOrEqual(0)
        await expectAccessible(page)
      })
  })
