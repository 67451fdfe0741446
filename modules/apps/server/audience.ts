/**
 * True when person `$n` may use the application `app` as of day `$m`: it is open to all, to a unit above one of the person's posts, or to one of
 * the person's duties. Looked at from below it costs the depth of the tree, however many applications there are.
 */
export const usableBy = (person: string, day: string): string => `(app.open_to_all
  or exists (select 1 from apps.audience aud join (
      with recursive above as (
        select u.id, u.parent_id from directory.post ap join directory.unit u on u.id = ap.unit_id
        where ap.person_id = ${person} and ap.valid_from <= ${day} and (ap.valid_to is null or ap.valid_to > ${day})
        union select u.id, u.parent_id from above join directory.unit u on u.id = above.parent_id)
      select id from above) above on above.id = aud.unit_id where aud.application_id = app.id)
  or exists (select 1 from directory.duty d where d.person_id = ${person} and d.duty = any(app.audience_duties)
      and d.valid_from <= ${day} and (d.valid_to is null or d.valid_to > ${day})))`

/** Who works in the owner's unit or below it: the test environment is for them alone. */
export const worksFor = (person: string): string => `exists (select 1 from directory.post wp
  join directory.unit wu on wu.id = wp.unit_id join directory.unit owner on owner.id = app.unit_id
  where wp.person_id = ${person} and wp.valid_to is null and wu.pre between owner.pre and owner.pre_end)`
