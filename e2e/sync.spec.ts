import type { Page } from '@playwright/test'
import { expect, isPhone, signIn, test } from './fixtures.ts'

/** Accounts and numbers of nodes in this browser's store; `damage` empties the nodes of what is kept. */
const kept = (page: Page, damage = false): Promise<{ account: string; nodes: number }[]> =>
  page.evaluate(async (destroy) => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const database = await done(indexedDB.open('qitong-directory-sync'))
    if (!database.objectStoreNames.contains('tree')) {
      database.close()
      return []
    }
    const store = database.transaction('tree', 'readwrite').objectStore('tree')
    const rows = (await done(store.getAll())) as { account: string; nodes: unknown[] }[]
    if (destroy) for (const row of rows) await done(store.put({ ...row, nodes: [] }))
    database.close()
    return rows.map(({ account, nodes }) => ({ account, nodes: nodes.length }))
  }, damage)

test('the tree is kept by the browser, shown without the server, repaired and separated by account', async ({
  page,
}) => {
  test.skip(isPhone(page), 'the phone has no tree: it goes down unit by unit')
  test.slow()
  const tree = page.getByRole('tree', { name: '组织目录' })
  const county = tree.getByRole('treeitem').first()
  await signIn(page, 'clerk', '/contacts')
  await expect(county).toBeVisible()
  await expect.poll(async () => (await kept(page))[0]?.nodes ?? 0).toBeGreaterThan(100)
  const [first] = await kept(page)

  await test.step('the server does not answer: the tree is there all the same', async () => {
    await page.route('**/api/directory/**', (route) => route.abort())
    await page.reload()
    await expect(county).toBeVisible()
    await page.unroute('**/api/directory/**')
  })

  await test.step('a damaged store is read anew', async () => {
    await kept(page, true)
    await page.reload()
    await expect(county).toBeVisible()
    await expect.poll(async () => (await kept(page))[0]?.nodes).toBe(first!.nodes)
  })

  await test.step('another account starts with its own', async () => {
    await signIn(page, 'leader', '/contacts')
    await expect(county).toBeVisible()
    await expect.poll(async () => (await kept(page)).map(({ account }) => account)).not.toContain(first!.account)
    await expect.poll(async () => (await kept(page)).length).toBe(1)
  })
})
