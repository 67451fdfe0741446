import { on, type SystemCtx } from '#kernel/module'
import { instanceAdvanced, instanceEnded } from '#platform/workflow/contract'
import { type CaseState, caseEnded, caseStates } from '../contract.ts'
import { note, SUBJECT } from './apply.ts'

/** What an open step of the process says of the case; a process of its own is simply under way. */
const stateAt: Readonly<Record<string, CaseState>> = {
  accept: 'submitted',
  supplement: 'supplement',
  decide: 'handling',
}
/** The last outcome of the process, by its key or its name; one of another process counts as done. */
const ends: Readonly<Record<string, CaseState>> = {
  reject: 'refused',
  不予批准: 'refused',
  不同意: 'refused',
  refuse: 'refused',
  不予受理: 'refused',
  cancel: 'withdrawn',
  不办了: 'withdrawn',
}

interface Found {
  id: string
  state: CaseState
  parent_id: string | null
  applicant_id: string
}
const lockCase = async ({ sql }: Pick<SystemCtx, 'sql'>, instanceId: string): Promise<Found | undefined> =>
  (
    await sql<Found>(
      'select id, state, parent_id, applicant_id from matters.case_file where instance_id = $1 and ended_at is null for update',
      [instanceId],
      'matters.case-locked',
    )
  )[0]

/** Who acted last, what they chose and wrote: shown to the applicant beside the new state. */
const lastWord = async (
  { sql }: Pick<SystemCtx, 'sql'>,
  instanceId: string,
): Promise<{ name: string; opinion: string; outcome: string }> => {
  const [row] = await sql<{ person_name: string | null; opinion: string | null; outcome: string | null }>(
    'select person_name, opinion, outcome from workflow.history where instance_id = $1 order by no desc limit 1',
    [instanceId],
    'matters.last-word',
  )
  return { name: row?.person_name ?? '系统', opinion: row?.opinion ?? '', outcome: row?.outcome ?? '' }
}

/** A bundle closes when all its parts have. */
export const closeParent = async (ctx: Pick<SystemCtx, 'sql' | 'now' | 'emit'>, id: string): Promise<void> => {
  await ctx.sql('select 1 from matters.case_file where id = $1 for update', [id])
  const parts = await ctx.sql<{ state: CaseState; open: boolean }>(
    'select state, ended_at is null as open from matters.case_file where parent_id = $1',
    [id],
  )
  if (parts.some(({ open }) => open)) return
  const state: CaseState = parts.every((part) => part.state === 'done')
    ? 'done'
    : parts.some((part) => part.state === 'refused' || part.state === 'failed')
      ? 'refused'
      : parts.some((part) => part.state === 'done')
        ? 'done'
        : 'withdrawn'
  const closed = await ctx.sql(
    'update matters.case_file set state = $2, ended_at = $3 where id = $1 and ended_at is null returning 1',
    [id, state, ctx.now],
  )
  if (closed.length === 0) return
  await note(ctx, id, caseStates[state], '系统', `${parts.length} 个单位都已办完`)
  ctx.emit(caseEnded, { caseId: id, state })
}

const tell = ({ kernel }: SystemCtx, { id, applicant_id }: Found): void =>
  kernel.realtime.toPerson(applicant_id, 'matters.case', { id })

/** Of a million cases a day few are matters: the others make no job here. */
const OURS = { when: ({ subject }: { subject?: string | undefined }) => subject === undefined || subject === SUBJECT }

export const caseConsumers = [
  on(
    instanceAdvanced,
    'matters.case-advanced',
    async (ctx, { instanceId }) => {
      const found = await lockCase(ctx, instanceId)
      if (!found) return
      const nodes = await ctx.sql<{ node: string }>(
        `select t.value ->> 'node' as node from workflow.instance i, jsonb_each(i.state -> 'tokens') t where i.id = $1 and i.status = 'running'`,
        [instanceId],
        'matters.case-nodes',
      )
      const state = nodes.map(({ node }) => stateAt[node]).find((one) => one !== undefined)
      if (!state || state === found.state) return
      await ctx.sql('update matters.case_file set state = $2 where id = $1', [found.id, state], 'matters.case-state')
      const { name, opinion } = await lastWord(ctx, instanceId)
      await note(ctx, found.id, found.state === 'supplement' ? '补正材料' : caseStates[state], name, opinion)
      tell(ctx, found)
    },
    OURS,
  ),
  on(
    instanceEnded,
    'matters.case-ended',
    async (ctx, { instanceId, status }) => {
      const found = await lockCase(ctx, instanceId)
      if (!found) return
      const { name, opinion, outcome } = await lastWord(ctx, instanceId)
      const state: CaseState = status === 'terminated' ? 'failed' : (ends[outcome] ?? 'done')
      await ctx.sql('update matters.case_file set state = $2, ended_at = $3 where id = $1', [found.id, state, ctx.now])
      await note(ctx, found.id, caseStates[state], name, opinion)
      ctx.emit(caseEnded, { caseId: found.id, state })
      if (found.parent_id) await closeParent(ctx, found.parent_id)
      tell(ctx, found)
    },
    OURS,
  ),
]
