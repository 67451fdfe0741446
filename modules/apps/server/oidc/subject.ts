import type { Kernel } from '#kernel/module'

/** The identifier of a person in a group of applications (OpenID Connect Core §8.1), kept so that a to-do pushed to it finds its person. */
export const subjectOf = async (kernel: Kernel, group: string, accountId: string): Promise<string> => {
  const sub = kernel.keys.blindIndex('apps.subject', `${group}\0${accountId}`).toString('base64url')
  await kernel.database.query(
    'insert into apps.subject (subject_group, sub, account_id) values ($1, $2, $3) on conflict do nothing',
    [group, sub, accountId],
    'apps.subject.note',
  )
  return sub
}
