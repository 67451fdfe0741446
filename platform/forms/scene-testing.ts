import type { SystemCtx } from '#kernel/module'
import { startTestServer } from '#kernel/testing'
import { calendar } from '#platform/calendar'
import { directory } from '#platform/directory'
import { person, signInAs, unit } from '#platform/directory/testing'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { type Access, type Data, type FormDefinition, formsApi } from './contract.ts'
import {
  type By,
  EVERYTHING,
  type FormsTx,
  forms,
  openRecord,
  publishForm,
  registerRecords,
  saveRecord,
} from './index.ts'

/** A county with two bureaus, and a business whose records they are: who may do what is set by each test. */
const build = async (ctx: SystemCtx) => {
  const province = await unit(ctx, { name: '山东省', kind: 'region', level: 1 })
  const county = await unit(ctx, { name: '博兴县', parent: province.id, kind: 'region', level: 3 })
  const office = await unit(ctx, { name: '县政府办公室', parent: county.id })
  const water = await unit(ctx, { name: '县水利局', parent: county.id })
  const secret = await unit(ctx, { name: '保密专班', parent: county.id, closed: true })
  const who = async (name: string, at: string) => {
    const { id } = await person(ctx, { name, unit: at })
    return { id, name }
  }
  return {
    units: { county, office, water, secret },
    people: {
      clerk: await who('周文清', office.id),
      colleague: await who('毕嘉禾', office.id),
      stranger: await who('刘梦瑶', water.id),
      admin: await who('林沐阳', office.id),
      agent: await who('欧阳隐', secret.id),
    },
  }
}

export const startForms = async () => {
  const server = await startTestServer([calendar, directory, identity, search, forms])
  const { units, people } = await server.system(build)
  type Name = keyof typeof people
  const tokens = {} as Record<Name, string>
  for (const key of Object.keys(people) as Name[])
    tokens[key] = await signInAs(
      server,
      people[key].id,
      key === 'admin' ? [{ role: 'unit-admin', scope: 'subtree', unitId: units.office.id }] : [],
    )
  /** the access of each person to the records of the test, by record */
  const granted = new Map<string, Partial<Record<Name, Access>>>()
  registerRecords(server.kernel, 'test', {
    async access({ actor }, recordId) {
      const [name] =
        (Object.entries(people) as [Name, { id: string }][]).find(([, { id }]) => id === actor.personId) ?? []
      return (name && granted.get(recordId)?.[name]) ?? null
    },
  })
  const by = (name: Name): By => ({ personId: people[name].id, name: people[name].name, unitName: '县政府办公室' })
  return {
    server,
    units,
    people,
    granted,
    by,
    as: (name?: Name) => server.client(formsApi, name && tokens[name]),
    publish: (definition: FormDefinition | Record<string, unknown>, unitId = units.county.id) =>
      server.system((ctx) => publishForm(ctx, { definition, unitId })),
    open: (formId: string, given: Data, access: Access = EVERYTHING, name: Name = 'clerk') =>
      server.system((ctx: FormsTx) =>
        openRecord(ctx, { formId, given, access, by: by(name), unitId: units.office.id, source: 'test' }),
      ),
    save: (recordId: string, revision: number, given: Data, access: Access, name: Name = 'clerk') =>
      server.system((ctx) => saveRecord(ctx, { recordId, revision, given, access, by: by(name) })),
  }
}
export type FormsScene = Awaited<ReturnType<typeof startForms>>

export const refusal = (
  work: Promise<unknown>,
): Promise<{
  status: number
  code: string
  detail?: string
  message: string
  errors?: { path: string; message: string }[]
  extra?: Record<string, unknown>
}> =>
  work.then(
    () => Promise.reject(new Error('it was not refused')),
    (error) => error,
  )
