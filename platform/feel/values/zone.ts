/** IANA time zones by the platform's own tables: the only part of the engine that a server and a browser could see differently. */

const formats = new Map<string, Intl.DateTimeFormat | null>()
/** Names come from expressions, so the cache must not grow with them. */
const KEPT = 200
const NAME = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/

const formatOf = (zone: string): Intl.DateTimeFormat | null => {
  const known = formats.get(zone)
  if (known !== undefined) return known
  let format: Intl.DateTimeFormat | null = null
  try {
    if (NAME.test(zone)) format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  } catch {
    // a name that no table knows: the caller gets false or null
  }
  if (formats.size >= KEPT) formats.clear()
  formats.set(zone, format)
  return format
}

export const isZone = (zone: string): boolean => formatOf(zone) !== null

const OFFSET = /^GMT(?:([+-])(\d{1,2}):?(\d{2})?(?::(\d{2}))?)?$/
/** ECMA-262 §21.4.1.1: what a Date can hold, in seconds */
const LAST = 8_640_000_000_000

/** Seconds east of Greenwich at a moment (seconds since 1970 UTC). */
const offsetAtInstant = (zone: string, instant: number): number => {
  const format = formatOf(zone)
  const moment = Math.min(LAST, Math.max(-LAST, instant)) * 1000
  const name = format?.formatToParts(moment).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
  const [, sign, hours, minutes, seconds] = OFFSET.exec(name) ?? []
  if (sign === undefined) return 0
  const size = Number(hours) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)
  return sign === '-' ? -size : size
}

/** Seconds east of Greenwich when the zone's clocks show `local` (seconds since 1970 on that clock); in a gap, as before it. */
export const offsetAt = (zone: string, local: number): number => {
  const before = offsetAtInstant(zone, local - 86_400)
  const guess = offsetAtInstant(zone, local - before)
  if (guess === before) return before
  const after = offsetAtInstant(zone, local - guess)
  return after === guess ? guess : before
}

export const offsetOfInstant = offsetAtInstant
