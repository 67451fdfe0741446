import { hashPassword, randomToken } from '#kernel/crypto'
import type { Query } from '#kernel/db'
import type { Kernel, Role } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { createAccount, grantRole } from '#platform/identity'

interface DemoAccount {
  /** key of the generated province's named people */
  person: string
  login: string
  describe: string
  grants: readonly { role: Role; scope: 'subtree' | 'all'; unit?: 'own-county' }[]
}

/** One account for each role that a stranger may want to try; the browser tests sign in as them too. */
export const demoAccounts: readonly DemoAccount[] = [
  { person: 'clerk', login: 'zhouwenqing', describe: '县府办文秘', grants: [] },
  { person: 'leader', login: 'sunliyan', describe: '县府办主任', grants: [{ role: 'leader', scope: 'subtree' }] },
  {
    person: 'unitAdministrator',
    login: 'bijiahe',
    describe: '博兴县单位管理员',
    grants: [{ role: 'unit-admin', scope: 'subtree', unit: 'own-county' }],
  },
  { person: 'village', login: 'wantou', describe: '湾头村干部', grants: [] },
  {
    person: 'systemAdministrator',
    login: 'xitong',
    describe: '系统管理员',
    grants: [{ role: 'system-admin', scope: 'all' }],
  },
  {
    person: 'securityAdministrator',
    login: 'anquan',
    describe: '安全管理员',
    grants: [{ role: 'security-admin', scope: 'all' }],
  },
  { person: 'auditor', login: 'shenji', describe: '审计员', grants: [{ role: 'auditor', scope: 'all' }] },
]

export interface ShownAccount {
  login: string
  name: string
  describe: string
  password: string
}

const STATE = 'demo.accounts'

/** Makes the demo accounts once. Random passwords are printed at this start only; DEMO_PASSWORD gives one that is known. */
export const createDemoAccounts = async (kernel: Kernel): Promise<ShownAccount[] | 'known'> => {
  const [made] = await kernel.database.query('select 1 from kernel.state where key = $1', [STATE])
  if (made) return 'known'
  const prepared = await Promise.all(
    demoAccounts.map(async (account) => {
      const password = kernel.config.DEMO_PASSWORD ?? randomToken(16).slice(0, 12)
      return { ...account, password, hash: await hashPassword(password) }
    }),
  )
  return asSystem(kernel, async ({ sql, now }) => {
    const shown: ShownAccount[] = []
    for (const account of prepared) {
      const [row] = await findPerson(sql, account.person)
      if (!row) throw new Error(`demo person ${account.person} is not in the directory`)
      const accountId = await createAccount(sql, {
        personId: row.id,
        login: account.login,
        passwordHash: account.hash,
        demoRole: account.describe,
      })
      for (const { role, scope, unit } of account.grants)
        await grantRole(sql, {
          accountId,
          role,
          scope,
          unitId: scope === 'all' ? undefined : unit === 'own-county' ? row.county_id : row.org_id,
          now,
        })
      shown.push({ login: account.login, name: row.name, describe: account.describe, password: account.password })
    }
    await sql("insert into kernel.state (key, value) values ($1, 'true')", [STATE])
    return shown
  })
}

const findPerson = (sql: Query, key: string) =>
  sql<{ id: string; name: string; org_id: string; county_id: string }>(
    `select p.id, p.name, o.id as org_id, c.id as county_id from directory.person p
     join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
     join directory.unit o on o.no = m.org_no join directory.unit c on c.no = o.county_no
     where p.external_id = $1`,
    [`demo:${key}`],
  )

export const printDemoAccounts = (accounts: ShownAccount[] | 'known'): void => {
  if (accounts === 'known') {
    console.log('演示账号已在第一次启动时给出；忘记口令可删去 data 目录重来，或设 DEMO_PASSWORD 后重来。')
    return
  }
  console.log('\n演示账号（人员均为虚构，口令只显示这一次）：')
  for (const { login, name, describe, password } of accounts)
    console.log(`  ${login.padEnd(14)} ${password.padEnd(14)} ${name}，${describe}`)
}
