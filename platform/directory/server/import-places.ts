import type { Query } from '#kernel/db'

/** Whose rows may be touched, as text and parameters of one condition on a unit's id. */
export type Scope = (column: string, from: number) => { text: string; params: unknown[] }

export interface Place {
  id: string
  no: number
  parentId: string | null
  kind: string
  level: number
  name: string
  shortName: string
  creditCode: string | null
  orgNo: number
  /** in scope; the others are there for their names only */
  inside: boolean
}
export type Found = { place: Place } | { fault: string }

const UNKNOWN = '没有找到这个单位，或不在您的管理范围内。请核对名称，或写从上到下用 / 隔开的全路径。'
const MOST_REMEMBERED = 200_000

/**
 * The units of a scope and everything above them, for finding units by what a file calls them. About 300 bytes a unit: 25 MB for
 * the whole province. It goes stale: who writes asks the database again.
 */
export class Places {
  readonly #byId = new Map<string, Place>()
  readonly #byNo = new Map<number, Place>()
  readonly #byName = new Map<string, Place[]>()
  readonly #byCredit = new Map<string, Place>()
  readonly #answers = new Map<string, Found>()

  static async load(sql: Query, scope: Scope): Promise<Places> {
    const places = new Places()
    const { text, params } = scope('u.id', 1)
    const rows = await sql<Place>(
      `with recursive inside as (select u.id, u.parent_id from directory.unit u where u.valid_to is null and ${text}),
         up as (select parent_id as id from inside union select u.parent_id from up join directory.unit u on u.id = up.id)
       select u.id, u.no, u.parent_id as "parentId", u.kind, u.level, u.name, u.short_name as "shortName", u.credit_code as "creditCode",
         u.org_no as "orgNo", i.id is not null as inside
       from directory.unit u left join inside i on i.id = u.id where i.id is not null or u.id in (select id from up) order by u.pre`,
      params,
    )
    for (const row of rows) places.add(row)
    return places
  }

  add(place: Place): void {
    this.#byId.set(place.id, place)
    this.#byNo.set(place.no, place)
    for (const name of new Set([place.name, place.shortName])) {
      const known = this.#byName.get(name)
      if (known) known.push(place)
      else this.#byName.set(name, [place])
    }
    if (place.creditCode) this.#byCredit.set(place.creditCode, place)
    this.#answers.clear()
  }

  get(id: string): Place | undefined {
    return this.#byId.get(id)
  }

  withCredit(code: string): Place | undefined {
    const place = this.#byCredit.get(code)
    return place?.inside ? place : undefined
  }

  childOf(parent: Place, name: string): Place | undefined {
    return this.#named(name).find((place) => place.parentId === parent.id && place.name === name && place.inside)
  }

  parentOf(place: Place): Place | undefined {
    return place.parentId === null ? undefined : this.#byId.get(place.parentId)
  }

  /** The unit a division belongs to; a unit itself. */
  orgOf(place: Place): Place {
    return this.#byNo.get(place.orgNo) ?? place
  }

  /** 山东省/滨州市/博兴县/…, full names from the root down. */
  pathOf(place: Place): string {
    const names: string[] = []
    for (let at: Place | undefined = place; at; at = this.parentOf(at)) names.unshift(at.name)
    return names.join('/')
  }

  /** The division's path inside its unit, empty for a unit. */
  divisionOf(place: Place): string {
    const names: string[] = []
    for (let at: Place | undefined = place; at && at.no !== at.orgNo; at = this.parentOf(at)) names.unshift(at.name)
    return names.join('/')
  }

  /** By id, credit code, name, short name or path; `within` goes before others of the same name. */
  find(text: string, division = '', within?: Place): Found {
    const key = `${text}\u0000${division}\u0000${within?.no ?? ''}`
    const known = this.#answers.get(key)
    if (known) return known
    const found = this.#look(text, division, within)
    if (this.#answers.size >= MOST_REMEMBERED) this.#answers.clear()
    // A copy: the cell may be a slice that holds the whole parsed chunk.
    this.#answers.set(Buffer.from(key).toString(), found)
    return found
  }

  #look(text: string, division: string, within?: Place): Found {
    const org = text === '' && within ? { place: within } : this.#unit(text, within, division !== '')
    const found = 'fault' in org || division === '' ? org : this.#division(org.place, division)
    return 'place' in found && !found.place.inside ? { fault: UNKNOWN } : found
  }

  /** A division in scope may be named through a unit that is not. */
  #unit(text: string, within: Place | undefined, outsideToo: boolean): Found {
    const exact = this.#byId.get(text.toLowerCase()) ?? this.#byCredit.get(text.toUpperCase())
    if (exact) return { place: exact }
    const fits = (place: Place): boolean => outsideToo || place.inside
    const named = this.#named(text).filter((place) => place.kind !== 'division' && fits(place))
    return pick(named.length > 0 ? named : this.#byPath(text).filter(fits), this, within)
  }

  #named(text: string): readonly Place[] {
    return this.#byName.get(text) ?? []
  }

  /** Every part names the unit or one above it, in order; levels between may be left out. */
  #byPath(text: string): Place[] {
    const parts = text.split(/\s*[/／\\＼>＞]\s*/u).filter(Boolean)
    const leaf = parts.pop()
    if (leaf === undefined || parts.length === 0) return []
    const complete: Place[] = []
    const partial: Place[] = []
    for (const place of this.#named(leaf)) {
      const above: Place[] = []
      for (let at = this.parentOf(place); at; at = this.parentOf(at)) above.unshift(at)
      if (above.length === parts.length && above.every((one, i) => one.name === parts[i])) complete.push(place)
      let next = 0
      for (const one of above) if (one.name === parts[next] || one.shortName === parts[next]) next++
      if (next === parts.length) partial.push(place)
    }
    return complete.length > 0 ? complete : partial
  }

  #division(org: Place, text: string): Found {
    const parts = text.split(/\s*[/／\\＼>＞]\s*/u).filter(Boolean)
    const above = parts.slice(0, -1)
    const named = this.#named(parts.at(-1) ?? '').filter((place) => place.no !== org.no)
    // Thousands of divisions are called 办公室: the unit's own come before those of the units below it.
    const own = named.filter((place) => place.orgNo === org.no && this.#isBelow(place, org, above))
    const found = own.length > 0 ? own : named.filter((place) => this.#isBelow(place, org, above))
    if (found.length === 0)
      return { fault: `“${org.name}”没有内设机构“${text.slice(0, 40)}”。请核对，或先在单位管理里建立。` }
    return pick(found, this)
  }

  #isBelow(place: Place, org: Place, parts: readonly string[]): boolean {
    if (place.kind !== 'division') return false
    let next = parts.length - 1
    for (let at = this.parentOf(place); at; at = this.parentOf(at)) {
      if (at.no === org.no) return next < 0
      if (at.name === parts[next] || at.shortName === parts[next]) next--
    }
    return false
  }
}

const pick = (found: readonly Place[], places: Places, within?: Place): Found => {
  const [first, second] = found
  if (!first) return { fault: UNKNOWN }
  if (!second) return { place: first }
  const near = within ? found.filter((place) => isUnder(place, within, places)) : []
  if (near.length === 1) return { place: near[0]! }
  const some = found.slice(0, 2).map((place) => places.pathOf(place))
  return { fault: `有 ${found.length} 个单位叫这个名称，请写全路径，例如：${some.join('；')}。` }
}

const isUnder = (place: Place, top: Place, places: Places): boolean => {
  for (let at: Place | undefined = place; at; at = places.parentOf(at)) if (at.no === top.no) return true
  return false
}
