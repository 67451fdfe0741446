import { dayOf } from '#kernel/clock'
import type { ApplicationReader } from '#platform/tasks'
import { ApplicationContent } from '../contract.ts'
import { usableBy, worksFor } from './audience.ts'
import { callerOf } from './bearer.ts'
import { originsOf } from './hosts.ts'

/** What 待办 asks of the application that pushes: its hosts, and whom it may reach in the environment it calls from. */
export const callingApplication: ApplicationReader = async ({ actor, sql, now }) => {
  const caller = callerOf(actor)
  if (!caller) return undefined
  const { applicationId: id, environment } = caller
  const [app] = await sql<{ name: string; subject_group: string; content: unknown }>(
    'select name, subject_group, content from apps.application where id = $1',
    [id],
    'apps.calling',
  )
  if (!app) return undefined
  return {
    id,
    name: app.name,
    hosts: originsOf(ApplicationContent.parse(app.content), environment).map((origin) => new URL(origin).host),
    async personBySub(sub) {
      const [row] = await sql<{ person_id: string | null }>(
        `select a.person_id from apps.subject s join identity.account a on a.id = s.account_id and not a.disabled
         where s.subject_group = $1 and s.sub = $2`,
        [app.subject_group, sub],
        'apps.subject',
      )
      return row?.person_id ?? undefined
    },
    async reaches(personId) {
      const rows = await sql(
        `select 1 from directory.person x join apps.application app on app.id = $2
         where x.id = $1 and x.status = 'active' and case when $4 then ${worksFor('x.id')} else ${usableBy('x.id', '$3::date')} end`,
        [personId, id, dayOf(now), environment === 'test'],
        'apps.reaches',
      )
      return rows.length > 0
    },
  }
}
