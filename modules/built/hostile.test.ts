import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkApp } from './core/check.ts'
import { lending } from './lending-testing.ts'
import { type Scene, startBuilt } from './testing.ts'

/** What nobody should send, and somebody will. */

const messages = (given: unknown): string[] => checkApp(given).faults.map(({ path, message }) => `${path}: ${message}`)
const quick = <T>(work: () => T): T => {
  const started = performance.now()
  const result = work()
  expect(performance.now() - started).toBeLessThan(10_000)
  return result
}
const withFields = (fields: unknown[], more: Record<string, unknown> = {}) => ({
  format: 1,
  key: 'hostile',
  name: '敌意',
  entities: [
    {
      key: 'thing',
      name: '东西',
      label: '甲',
      groups: [{ title: '一', fields }],
      permissions: [{ to: 'everyone', rows: 'own', may: ['create'] }],
      ...more,
    },
  ],
})
const text = (key: string, more: Record<string, unknown> = {}) => ({ key, title: key, type: 'text', ...more })

describe('a definition', () => {
  it('that is sound is let through', () => {
    expect(messages(lending())).toEqual([])
  })
  it('names the place of what it does not know', () => {
    const app = lending() as Record<string, unknown>
    expect(messages({ ...app, script: 'alert(1)' })).toEqual([': 定义里有不认识的内容：script。'])
    const inner = lending()
    Object.assign(inner.entities[0]!.groups[0]!.fields[0]!, { onChange: 'x' })
    expect(messages(inner)).toEqual([
      'entities.0.groups.0.fields.0: entities.0.groups.0.fields.0里有不认识的内容：onChange。',
    ])
  })
  it.each([
    ['a quote in a key', [text(`a"b`)]],
    ['SQL in a key', [text(`x); drop table built.app; --`)]],
    ['a key of every object', [text('constructor'), text('__proto__')]],
    ['a word of the language', [text('if')]],
    ['a key twice', [text('甲'), text('甲')]],
    ['a key of 41', [text('长'.repeat(41))]],
    ['a control character in a title', [text('甲', { title: 'a\u0000b' })]],
  ])('with %s is refused', (_name, fields) => {
    expect(messages(withFields(fields)).length).toBeGreaterThan(0)
  })
  it('with keys of applications and entities that are no names is refused', () => {
    for (const key of [`x"y`, 'X', 'a--b', 'design', '../x', 'a'.repeat(31), '', 'a;b'])
      expect(messages({ ...withFields([text('甲')]), key }).length, key).toBeGreaterThan(0)
    for (const key of [`x"y`, 'a--b', 'e-', 'a/b'])
      expect(messages(withFields([text('甲')], { key })).length, key).toBeGreaterThan(0)
  })
  it('of 10,000 fields is refused in good time', () => {
    const fields = Array.from({ length: 10_000 }, (_, at) => text(`f${at}`, { rules: { formula: '1 + 1' } }))
    expect(quick(() => messages(withFields(fields)))[0]).toMatch(/最多 400 个字段/)
    const groups = Array.from({ length: 26 }, (_, at) => ({
      title: `组${at}`,
      fields: fields.slice(at * 380, at * 380 + 380),
    }))
    expect(quick(() => messages(withFields([], { groups, label: 'f0' })))[0]).toMatch(/最多 512 kB/)
  })
  it('of many megabytes is refused unread', () => {
    expect(messages({ ...withFields([text('甲')]), sentence: '长'.repeat(3_000_000) })).toEqual([
      ': 应用定义太大或无法读取，最多 2 MB。',
    ])
    const round: Record<string, unknown> = {}
    round.self = round
    expect(messages(round)).toEqual([': 应用定义太大或无法读取，最多 2 MB。'])
  })
  it('with an expression that would never end is told within its budget', () => {
    const bomb = 'count(for a in 1..1000000, b in 1..1000000 return a)'
    const app = {
      ...withFields([text('甲'), { key: '数', title: '数', type: 'number', rules: { formula: bomb } }]),
      scenarios: [{ name: '炸', entity: 'thing', given: { 甲: 'x' } }],
    }
    expect(quick(() => messages(app)).join()).toMatch(/数/)
    const nested = `${'('.repeat(900)}1${')'.repeat(900)}`
    expect(quick(() => messages(withFields([text('甲', { rules: { visible: nested } })]))).length).toBeGreaterThan(0)
  })
  it('whose relations lead nowhere, or ask for themselves, is refused', () => {
    const relation = (entity: string, more: Record<string, unknown> = {}) => ({
      key: '上级',
      title: '上级',
      type: 'relation',
      entity,
      ...more,
    })
    expect(messages(withFields([text('甲'), relation('nothing')]))[0]).toContain('关联的对象“nothing”不存在')
    expect(messages(withFields([text('甲'), relation('thing', { rules: { required: 'true' } })]))[0]).toContain(
      '第一条记录就填不出来',
    )
    expect(
      messages(withFields([text('甲'), relation('thing', { carries: [{ key: '甲', type: 'number' }] })]))[0],
    ).toContain('带出的“甲”')
  })
  it('whose sums lead round in a circle is refused', () => {
    const entity = (key: string, other: string) => ({
      key,
      name: key,
      label: '甲',
      groups: [
        {
          title: '一',
          fields: [
            text('甲'),
            { key: '数', title: '数', type: 'number' },
            { key: '去', title: '去', type: 'relation', entity: other },
          ],
        },
      ],
      permissions: [{ to: 'everyone', rows: 'own', may: [] }],
      rollups: [{ field: '数', from: other, through: '去', sum: '数' }],
    })
    const app = { format: 1, key: 'round', name: '绕', entities: [entity('one', 'two'), entity('two', 'one')] }
    expect(messages(app).join()).toContain('绕了一圈')
  })
  it('whose views, permissions and unique fields name what is not there is refused', () => {
    const found = messages(
      withFields([text('甲'), { key: '附件', title: '附件', type: 'file' }], {
        views: [
          { key: 'v', name: '视图', columns: ['乙'], filters: ['附件'], sort: '-附件', where: ['甲 or 1=1', '丙=1'] },
        ],
        unique: [['附件']],
        permissions: [{ to: { field: '甲' }, rows: 'all', may: [], fields: { 丁: 'hide' } }],
      }),
    ).join('\n')
    for (const word of [
      '“乙”这一列',
      '按“附件”筛选',
      '按“附件”排序',
      '甲 or 1=1',
      '丙=1',
      '不能要求“附件”不重复',
      '不是人员字段',
      '没有“丁”',
    ])
      expect(found).toContain(word)
  })
  it('whose scenario comes out otherwise is refused, with what came out', () => {
    const app = lending() as Record<string, unknown>
    const scenario = (more: Record<string, unknown>) => ({
      name: '场景',
      entity: 'loan',
      given: { 资产: '甲', 数量: 2, 单价: '3' },
      ...more,
    })
    expect(messages({ ...app, scenarios: [scenario({ expect: { 总价: '6.00' } })] })).toEqual([])
    expect(messages({ ...app, scenarios: [scenario({ expect: { 总价: '7.00' } })] })[0]).toContain(
      '应为 "7.00"，算出来是 "6.00"',
    )
    expect(messages({ ...app, scenarios: [scenario({ given: {} })] })[0]).toContain('没有料到“资产”不能通过')
    expect(messages({ ...app, scenarios: [scenario({ problems: ['数量'] })] })[0]).toContain(
      '“数量”应当不能通过，却通过了',
    )
  })
  it('a person of whose fields some are hidden cannot begin a process that shows them all', () => {
    const app = lending({ process: 'lending-x' })
    expect(messages(app).join()).toContain('不能对发起人隐藏字段')
    expect(messages(app).join()).toContain('不在定义里')
  })
})

describe('filters, orders and cursors', () => {
  let scene: Scene
  const loan = { app: 'lending', entity: 'loan' }
  beforeAll(async () => {
    scene = await startBuilt()
    await scene.put(lending())
    await scene.as('clerk').createMany({
      ...loan,
      rows: [
        { 资产: '甲', 数量: 1 },
        { 资产: `"'; --`, 数量: 2 },
      ],
    })
  })
  afterAll(() => scene?.server.stop())
  const bits = [
    `'`,
    `"`,
    ';',
    '--',
    '/*',
    '\\',
    '%',
    '_',
    ')',
    '(',
    '$1',
    '::',
    'or 1=1',
    'null',
    '资产',
    '数量',
    '=',
    '>=',
    '~',
    '?',
    '|',
    '@state',
    '@created',
    ' ',
    '\n',
    '2026-01-01',
    '1e9',
    'union select',
    '🙂',
    'r.id',
    '{}',
    '\u2028',
  ]
  /** the same numbers each time, others with FUZZ_SEED */
  const random = (seed: number) => () => {
    seed = (seed * 1664525 + 1013904223) % 4294967296
    return seed / 4294967296
  }
  it('never answer with a fault of the server, nor with rows that do not fit', async () => {
    const next = random(Number(process.env.FUZZ_SEED ?? 7))
    const made = () =>
      Array.from({ length: 1 + Math.floor(next() * 5) }, () => bits[Math.floor(next() * bits.length)]).join('')
    const seen = new Map<number, number>()
    for (let at = 0; at < 400; at++) {
      const kind = at % 4
      const input =
        kind === 0
          ? { where: [made()] }
          : kind === 1
            ? { sort: made().slice(0, 60) }
            : kind === 2
              ? {
                  cursor:
                    at % 8 < 4
                      ? made()
                      : Buffer.from(JSON.stringify(['-数量', made(), '0198f000-0000-7000-8000-000000000001'])).toString(
                          'base64url',
                        ),
                }
              : { q: made().trim().slice(0, 100) || 'x', where: [`资产~${made()}`] }
      const status = await scene
        .as('clerk')
        .list({ ...loan, ...input })
        .then(
          () => 200,
          (error: { status: number }) => error.status,
        )
      expect([200, 400], JSON.stringify(input)).toContain(status)
      seen.set(status, (seen.get(status) ?? 0) + 1)
    }
    expect(seen.get(200)).toBeGreaterThan(20)
    expect(seen.get(400)).toBeGreaterThan(100)
    expect((await scene.as('clerk').list({ ...loan, where: [`资产="'; --`] })).rows).toHaveLength(1)
    expect((await scene.as('clerk').list(loan)).rows).toHaveLength(2)
  })
  it('names of applications, entities and views in the address are names or nothing', async () => {
    for (const [app, entity, view] of [
      [`lending'--`, 'loan'],
      ['lending', `loan"; drop table x`],
      ['lending', 'loan', `all' or '1`],
      ['__proto__', 'loan'],
      ['lending', 'constructor'],
      ['lending', 'loan', 'toString'],
    ])
      await scene
        .as('clerk')
        .list({ app: app!, entity: entity!, ...(view && { view }) })
        .then(
          () => Promise.reject(new Error(`${app} ${entity} ${view} was answered`)),
          ({ status }: { status: number }) => expect([400, 404]).toContain(status),
        )
  })
})
