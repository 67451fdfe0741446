import { randomUUID } from 'node:crypto'
import { conflict } from '#kernel/errors'
import type { SystemCtx } from '#kernel/module'
import { startTestServer } from '#kernel/testing'
import { calendar } from '#platform/calendar'
import { directory } from '#platform/directory'
import { person, signInAs, unit } from '#platform/directory/testing'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { type Choice, tasksApi } from './contract.ts'
import { closeTask, findTask, openTask, opinionOf, registerTaskSource, type TaskSource, tasks } from './index.ts'

const buildPlaces = async (ctx: SystemCtx) => {
  const root = await unit(ctx, { name: '博兴县', kind: 'region', level: 3 })
  const office = await unit(ctx, { name: '县政府办公室', parent: root.id })
  const desk = await unit(ctx, { name: '文电科', parent: office.id, kind: 'division' })
  const bureau = await unit(ctx, { name: '县水利局', parent: root.id })
  return { root, office, desk, bureau }
}
const buildPeople = async (ctx: SystemCtx, { office, desk, bureau }: Awaited<ReturnType<typeof buildPlaces>>) => ({
  clerk: (await person(ctx, { name: '周文清', unit: desk.id })).id,
  other: (await person(ctx, { name: '高文博', unit: desk.id })).id,
  leader: (await person(ctx, { name: '孙立岩', unit: office.id, leader: true })).id,
  stranger: (await person(ctx, { name: '刘梦瑶', unit: bureau.id })).id,
})

/** An office with a division, a bureau beside it, and their people: what the tests of the inbox stand on. */
export const startTaskServer = async () => {
  const server = await startTestServer([calendar, search, directory, identity, tasks])
  const places = await server.system(buildPlaces)
  const people = await server.system((ctx) => buildPeople(ctx, places))
  const tokens = {
    clerk: await signInAs(server, people.clerk),
    other: await signInAs(server, people.other),
    leader: await signInAs(server, people.leader, [{ role: 'leader', scope: 'subtree', unitId: places.root.id }]),
    stranger: await signInAs(server, people.stranger),
  }
  type Who = keyof typeof people
  return {
    server,
    places,
    people,
    as: (who?: Who) => server.client(tasksApi, who && tokens[who]),
    /** a to-do of some service of the platform */
    open: (who: Who, more: Partial<Parameters<typeof openTask>[2]> = {}, source = 'directory') =>
      server.system((ctx) =>
        openTask(
          ctx,
          { source },
          {
            personId: people[who],
            externalId: randomUUID(),
            matter: '请假审批',
            title: '孙若溪的年休假',
            url: '/cases/1',
            urgency: 'normal',
            ...more,
          },
        ),
      ),
  }
}
export type TaskScene = Awaited<ReturnType<typeof startTaskServer>>

export const agree: Choice = { key: 'agree', name: '同意', kind: 'agree', opinion: 'optional' }
export const back: Choice = { key: 'back', name: '退回', kind: 'return', opinion: 'required' }

/** A source of cases as workflow is one: numbers are `case/slot`, cases named `stuck…` refuse, those of `seen` may be read. */
export const registerTestSource = (name: string, seen: ReadonlySet<string>): { asked: string[][] } => {
  const asked: string[][] = []
  const source: TaskSource = {
    async choices(_, references) {
      asked.push([...references])
      return new Map(references.filter((one) => !one.startsWith('page')).map((one) => [one, [agree, back]]))
    },
    async complete(ctx, reference, { outcome, note, extras }) {
      if (reference.startsWith('stuck')) throw conflict('这件事已挂起，恢复后再办。')
      const row = await findTask(ctx, { source: name }, reference)
      if (row?.state !== 'open') throw conflict('这一步已经办过。')
      const { matter, title, url } = row
      if (extras)
        await opinionOf(
          ctx,
          { text: note ?? '', ...extras },
          {
            source: name,
            reference: reference.split('/')[0]!,
            matter,
            title,
            url,
          },
        )
      await closeTask(ctx, row, {
        state: 'done',
        outcome: outcome === 'agree' ? '同意' : '退回',
        note,
        by: ctx.actor.personId,
      })
    },
    subjectOf: (reference) => reference.split('/')[0]!,
    subjects: async (_, references) =>
      references
        .filter((one) => seen.has(one))
        .map((reference) => ({
          reference,
          matter: '采购申请',
          title: `${reference} 的采购`,
          url: `/cases/${reference}`,
          words: '办理中：科室负责人审批',
          light: 'ok',
        })),
    mayRead: async (_, reference) => seen.has(reference),
  }
  registerTaskSource(name, source)
  return { asked }
}
