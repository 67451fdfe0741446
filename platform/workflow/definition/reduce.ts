import { type Arc, arcsOf, connect, cut, END, type Net, type Place, START } from './net.ts'

/**
 * Takes away, rule by rule, whatever cannot be the reason of a fault: steps in a row, choices that meet again, forks whose branches meet
 * at once, circles of choices. A block-structured process becomes a single arc from start to end; what is left must be played.
 */
export function reduce(net: Net): void {
  const queue = new Set(net.places.keys())
  for (const id of queue) {
    queue.delete(id)
    const place = net.places.get(id)
    if (!place) continue
    const near = [...arcsOf(net, 'in', id).map(({ from }) => from), ...arcsOf(net, 'out', id).map(({ to }) => to)]
    if (RULES.some((rule) => rule(net, place))) for (const again of [id, ...near]) queue.add(again)
  }
}

type Rule = (net: Net, place: Place) => boolean

const waits = (net: Net, place: Place): boolean => place.joins && (net.in.get(place.id)?.size ?? 0) > 1

/** A token that ends at once beside others, or beside one that goes on, changes nothing. */
const endsAtOnce: Rule = (net, place) => {
  const out = arcsOf(net, 'out', place.id)
  const gone = out.filter(
    ({ to, role }) =>
      to === END && (role === 'beside' || (place.splits === 'all' && out.some((arc) => arc.to !== END))),
  )
  for (const arc of gone) cut(net, arc)
  return gone.length > 0
}

/** Several arcs to one place: a choice of the same, or branches that meet at once. */
const sameWay: Rule = (net, place) => {
  const seen = new Map<string, Arc>()
  for (const arc of arcsOf(net, 'out', place.id)) {
    const first = seen.get(arc.to)
    const to = net.places.get(arc.to) as Place
    if (!first) seen.set(arc.to, arc)
    else if (merges(net, place, to, arc)) {
      cut(net, arc)
      first.role = roleOfBoth(first.role, arc.role)
      return true
    }
  }
  return false
}

function merges(net: Net, place: Place, to: Place, arc: Arc): boolean {
  if (place.splits === 'optional') return false
  const joined = waits(net, to)
  if (place.splits === 'choice') return !(joined && to.strict)
  if (to.ends === 'token') return true
  return joined && (place.splits === 'all' || !to.strict) && arc.from !== arc.to
}

const roleOfBoth = (one: Arc['role'], other: Arc['role']): Arc['role'] => {
  if (one === 'always' || other === 'always') return 'always'
  return one === other ? one : undefined
}

/** A choice that comes back to itself can as well choose again later. */
const circle: Rule = (net, place) => {
  const out = arcsOf(net, 'out', place.id)
  const back = out.find(({ to }) => to === place.id)
  if (!back || place.splits !== 'choice' || waits(net, place) || out.length < 2) return false
  cut(net, back)
  return true
}

/** One way in and one way out. */
const inRow: Rule = (net, place) => {
  const [before, more] = arcsOf(net, 'in', place.id)
  const [after, several] = arcsOf(net, 'out', place.id)
  if (!before || !after || more || several || before.from === place.id) return false
  cut(net, before)
  cut(net, after)
  connect(net, before.from, after.to, before.role, after.flow)
  forget(net, place)
  return true
}

/** A merge before a place that does not wait is a merge at that place; a choice right behind a choice is one choice. */
const merged: Rule = (net, place) => {
  if (place.id === START || place.ends || waits(net, place)) return false
  const out = arcsOf(net, 'out', place.id)
  const [only] = out
  const next = only && (net.places.get(only.to) as Place)
  if (only && out.length === 1 && next !== place && next && !waits(net, next) && !next.joins && !next.ends) {
    for (const arc of arcsOf(net, 'in', place.id))
      redirect(net, { ...arc, flow: only.flow }, { from: arc.from, to: next.id })
    cut(net, only)
    forget(net, place)
    return true
  }
  const before = arcsOf(net, 'in', place.id)
  const [single] = before
  const chooser = single && (net.places.get(single.from) as Place)
  if (!chooser || before.length > 1 || chooser === place || place.splits !== 'choice' || chooser.splits !== 'choice')
    return false
  cut(net, single)
  for (const arc of out) redirect(net, arc, { from: chooser.id, to: arc.to })
  forget(net, place)
  return true
}

function redirect(net: Net, arc: Arc, { from, to }: { from: string; to: string }): void {
  cut(net, arc)
  connect(net, from, to, arc.role, arc.flow)
}

function forget(net: Net, place: Place): void {
  net.places.delete(place.id)
  net.in.delete(place.id)
  net.out.delete(place.id)
}

const RULES: Rule[] = [endsAtOnce, sameWay, circle, inRow, merged]
