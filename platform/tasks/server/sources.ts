import { AppError, forbidden, invalid } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { Source } from './open-tasks.ts'

/** What the register of applications knows of the one that calls. */
export interface CallingApplication {
  id: string
  name: string
  /** hosts of its registered addresses */
  hosts: readonly string[]
  /** the person behind a `sub` that this application was given */
  personBySub(sub: string): Promise<string | undefined>
  /** whether the application's audience and grant reach this person */
  reaches(personId: string): Promise<boolean>
}
export type ApplicationReader = (ctx: Ctx) => Promise<CallingApplication | undefined>

let read: ApplicationReader | undefined

/** The register of applications is above this service: it says here who calls. */
export const registerApplications = (reader: ApplicationReader): void => {
  read = reader
}

const unknownPerson = () => invalid('没有这个办理人，或者不在本应用的可用范围内。请核对后重新推送。')

/** The calling application; people have no business here, whatever they may do elsewhere. */
export const callerOf = async (ctx: Ctx): Promise<{ application: CallingApplication; source: Source }> => {
  const application = ctx.actor.subject === 'application' ? await read?.(ctx) : undefined
  if (!application) throw forbidden('这个接口只供接入的应用使用。')
  return { application, source: { source: 'application', sourceId: application.id, sourceName: application.name } }
}

export const assigneeOf = async (
  application: CallingApplication,
  assignee: { personId: string } | { sub: string },
): Promise<string> => {
  const personId = 'sub' in assignee ? await application.personBySub(assignee.sub) : assignee.personId
  if (!personId || !(await application.reaches(personId))) throw unknownPerson()
  return personId
}

/** A to-do leads to its own application, never elsewhere. */
export const refuseForeignUrl = (application: CallingApplication, url: string): void => {
  if (!application.hosts.includes(new URL(url).host))
    throw new AppError(400, 'foreign-url', '办理地址不在本应用登记的地址内。请用登记过的域名，或先变更登记。')
}
