import { newId } from '#kernel/ids'
import type { Seed, SystemCtx } from '#kernel/module'
import type { FeedbackKind } from '../contract.ts'

interface DemoEntry {
  /** key of a named person of the demo province */
  from: string
  kind: FeedbackKind
  text: string
  path: string
  hoursAgo: number
  contact?: string
  /** what the unit administrator answered, and after how many hours; the last one may close it */
  answers?: readonly { after: number; text: string; closes?: true }[]
}

const demoEntries: readonly DemoEntry[] = [
  {
    from: 'clerk',
    kind: '建议',
    text: '搜人时希望按科室筛一下。现在搜“张伟”出来十几个，要一个个点开看是哪个单位的。',
    path: '/contacts',
    hoursAgo: 3,
  },
  {
    from: 'cipherClerk',
    kind: '投诉',
    text: '总值班室的办公电话还是搬家前的号码，打过去是空号，节前已经反映过一次。请尽快更正。',
    path: '/contacts',
    hoursAgo: 27,
    contact: '文电科，分机 121',
    answers: [{ after: 4, text: '号码已请总值班室核对，今天下班前改好，改后再告诉您。上次反映没有登记，抱歉。' }],
  },
  {
    from: 'deputy2',
    kind: '建议',
    text: '通知发出后能看到哪些单位还没读，建议再加一个“提醒未读单位”的按钮，不用逐个打电话。',
    path: '/notices',
    hoursAgo: 75,
    answers: [{ after: 20, text: '建议很好，已报省大数据局统一考虑。眼下可以在“已读情况”里导出未读名单。' }],
  },
  {
    from: 'countyWater',
    kind: '求助',
    text: '我从农业农村局调到水利局一个月了，通讯录里还显示在原单位，公文也收不到。',
    path: '/me',
    hoursAgo: 122,
    contact: '农村供水科',
    answers: [
      { after: 2, text: '调动手续已由组织部门办结，这边马上办理调动。' },
      { after: 5, text: '已调整到县水利局农村供水科，请重新登录后查看。', closes: true },
    ],
  },
  {
    from: 'deputy',
    kind: '投诉',
    text: '手机上打开单位页面，领导分工一栏的字太小，有的要横着滚动才能看全。',
    path: '/contacts',
    hoursAgo: 200,
    answers: [
      { after: 30, text: '手机版已改为分行显示，也可以在“显示设置”里打开大字。请试用，仍不便请再提。', closes: true },
    ],
  },
  {
    from: 'village',
    kind: '建议',
    text: '村里网络慢，希望通讯录没有网络时也能打开看电话。',
    path: '/contacts',
    hoursAgo: 260,
    answers: [
      {
        after: 26,
        text: '打开过的县、镇和村的通讯录会存在手机里，没有网络也能查看，页面上标明更新时间。',
        closes: true,
      },
    ],
  },
]

const HOUR_MS = 3_600_000
// Whoever has no account yet in the demo wrote with one that nobody signs in to.
const ENTRY = `insert into feedback.entry (id, kind, state, text, contact, path, account_id, person_id, sender_name, unit_id, sent_at, updated_at, revision)
  select $1, $2, $3, $4, $5, $6, $7, x.id, x.name, o.id, $8, $9, $10
  from directory.person x join directory.post m on m.person_id = x.id and m.kind = 'main' and m.valid_to is null join directory.unit o on o.no = m.org_no
  where x.external_id = $11 returning sender_name as name`
const STEP = `insert into feedback.step (id, entry_id, at, action, account_id, actor_name, text) values ($1, $2, $3, $4, $5, $6, $7)`

const write = async ({ sql, now }: SystemCtx, demo: DemoEntry, handler: { account: string; name: string }) => {
  const { answers = [], hoursAgo } = demo
  const sent = now.getTime() - hoursAgo * HOUR_MS
  const at = (hours: number): Date => new Date(sent + hours * HOUR_MS)
  const state = answers.at(-1)?.closes ? 'closed' : answers.length > 0 ? 'replied' : 'open'
  const [id, account] = [newId(), newId()]
  const [entry] = await sql<{ name: string }>(ENTRY, [
    id,
    demo.kind,
    state,
    demo.text,
    demo.contact ?? null,
    demo.path,
    account,
    at(0),
    at(answers.at(-1)?.after ?? 0),
    answers.length + 1,
    `demo:${demo.from}`,
  ])
  if (!entry) return
  await sql(STEP, [newId(), id, at(0), 'sent', account, entry.name, null])
  for (const { after, text, closes } of answers)
    await sql(STEP, [newId(), id, at(after), closes ? 'closed' : 'replied', handler.account, handler.name, text])
}

/** Complaints and suggestions of the demo county in every state, once in a database's life. */
export const seed = async ({ run }: Pick<Seed, 'run'>): Promise<void> =>
  run(async (ctx) => {
    const known = await ctx.sql('select 1 from feedback.entry limit 1')
    const [handler] = await ctx.sql<{ name: string }>(
      "select name from directory.person where external_id = 'demo:unitAdministrator'",
    )
    if (known.length > 0 || !handler) return
    for (const demo of demoEntries) await write(ctx, demo, { account: newId(), name: handler.name })
  })
