import type { UserStep } from '../contract/graph.ts'

/**
 * The people of one step, as slowly and plainly as they can be written, from the words of the operations alone: who sits at the table,
 * what each was asked for, and what follows when somebody answers. Tests compare the engine with it; nothing else uses it.
 */
export interface Seat {
  who: string
  weight: number
  veto: boolean
  as: 'main' | 'before' | 'after' | 'parallel' | 'delegate' | 'assist'
  /** the seat it was added to */
  of?: Seat
  now: 'waiting' | 'open' | 'paused' | 'done' | 'cancelled'
  said?: string
  /** whoever sits here did something with it since it was opened */
  touched: boolean
}

export class Illegal extends Error {}
export const illegal = (why: string): never => {
  throw new Illegal(why)
}

const alive = ({ now }: Seat): boolean => now === 'open' || now === 'waiting' || now === 'paused'
/** Does this seat stand for `of` in the decision, or does it only help somebody who does? */
export const votes = (seat: Seat): boolean => {
  if (seat.as === 'main') return true
  return (seat.as === 'after' || seat.as === 'parallel') && (seat.of === undefined || votes(seat.of))
}
/** Whoever must have answered before `seat` may: those set before it, and all who came by them, but not helpers 协办. */
const waitsFor = (seat: Seat, other: Seat): boolean => {
  if (other.as === 'assist' || other.of === undefined) return false
  if (other.of === seat) return other.as === 'before' || other.as === 'delegate'
  return waitsFor(seat, other.of)
}
const rootOf = (seat: Seat): Seat => (seat.of ? rootOf(seat.of) : seat)
const depthOf = (seat: Seat | undefined): number => (seat ? 1 + depthOf(seat.of) : 0)

const open = (seat: Seat): void => {
  seat.now = 'open'
  seat.touched = false
  delete seat.said
}

const kind = (step: UserStep, key?: string): string => step.outcomes.find((one) => one.key === key)?.counts ?? 'neutral'

/** The step's result, when there is one. */
export const resultOf = (step: UserStep, seats: Seat[]): string | undefined => {
  const asked = seats.filter((seat) => seat.now !== 'cancelled' && votes(seat))
  const done = asked.filter(({ now }) => now === 'done')
  const said = (what: string): Seat[] => done.filter((seat) => kind(step, seat.said) === what)
  const speaks = (seat: Seat): boolean => !asked.some(({ of, as }) => of === seat && as === 'after')
  if (step.way === 'any-of') return done.find(speaks)?.said
  if (step.way === 'single' || step.way === 'claim') {
    // Whoever was asked to sign beside the one who decides signs with him: all of them, and one rejection rejects.
    const together = asked
      .filter((seat) => rootOf(seat) === seat)
      .map((seat) => asked.filter((other) => rootOf(other) === seat))
      .find((group) => !group.some(alive))
    const voices = (together ?? []).filter(speaks)
    const first = (what: string) => voices.find((seat) => kind(step, seat.said) === what)
    return (first('reject') ?? first('agree') ?? voices.at(-1))?.said
  }
  if (step.way === 'vote') {
    const sum = (some: Seat[]): number => some.reduce((total, { weight }) => total + weight, 0)
    const need = (step.ratio ?? 1) * sum(asked)
    const yes = sum(said('agree'))
    if (said('reject').some(({ veto }) => veto)) return said('reject').find(({ veto }) => veto)?.said
    if (yes > need - 1e-9) return 'agree'
    const possible = yes + sum(asked.filter(alive))
    return possible < need - 1e-9 ? (said('reject')[0] ?? said('neutral')[0])?.said : undefined
  }
  if (step.rejectAtOnce && said('reject').length > 0) return 'reject'
  if (done.length < asked.length) return undefined
  return (said('reject')[0] ?? said('agree')[0] ?? done.at(-1))?.said
}

/** Everybody whose turn has come by now. */
export const turns = (step: UserStep, seats: Seat[]): void => {
  for (const seat of seats) {
    if (seat.now === 'paused' && !seats.some((other) => alive(other) && waitsFor(seat, other))) open(seat)
    if (seat.now === 'waiting' && seat.as === 'after' && seat.of?.now === 'done') open(seat)
  }
  if (step.way !== 'in-turn' || resultOf(step, seats) !== undefined) return
  const busy = seats.some(({ as, now }) => as !== 'assist' && (now === 'open' || now === 'paused'))
  const next = seats.find(({ as, now }) => as === 'main' && now === 'waiting')
  if (next && !busy) open(next)
}

export interface Person {
  person: string
  weight?: number
  veto?: boolean
}
export const seatsFor = (step: UserStep, people: Person[]): Seat[] =>
  people.map(({ person, weight = 1, veto = false }, index) => ({
    who: person,
    weight,
    veto,
    as: 'main',
    now: step.way === 'in-turn' && index > 0 ? 'waiting' : 'open',
    touched: false,
  }))

const newcomers = (seats: Seat[], people: string[]): void => {
  if (people.length === 0) illegal('nobody')
  if (new Set(people).size < people.length) illegal('the same person twice')
  if (people.some((one) => seats.some((seat) => alive(seat) && seat.who === one))) illegal('sits there already')
}
export const add = (seats: Seat[], seat: Seat, as: Exclude<Seat['as'], 'main'>, people: string[]): void => {
  newcomers(seats, people)
  if (depthOf(seat) >= 5) illegal('too deep')
  let behind = seat
  if (as === 'after')
    for (let last: Seat | undefined = seat; last; ) {
      behind = last
      last = seats.find(({ as: how, of, now }) => how === 'after' && of === behind && now !== 'cancelled')
    }
  for (const who of people) {
    const added: Seat = { who, weight: 1, veto: false, as, of: behind, now: 'open', touched: false }
    if (as === 'after') {
      added.now = 'waiting'
      behind = added
    }
    seats.push(added)
  }
  seat.touched = true
  if (as === 'before' || as === 'delegate') seat.now = 'paused'
}

/** Whoever stood behind one who is left out takes that place; who came beside him stays for whom he stood. */
const takePlace = (seats: Seat[], gone: Seat): void => {
  const was = gone.now
  for (const child of seats.filter(({ of }) => of === gone)) {
    if (child.as === 'after' && child.now === 'waiting') {
      child.as = gone.as
      if (was === 'open') open(child)
    } else if (child.as === 'parallel' && (gone.as === 'before' || gone.as === 'delegate')) child.as = 'before'
    child.of = gone.of
  }
}
export const remove = (step: UserStep, seats: Seat[], seat: Seat, gone: Seat): void => {
  if (!alive(gone)) illegal('has answered')
  if (gone === seat) illegal('oneself')
  if (gone.now === 'paused') illegal('others answer for this one')
  if (!seats.some((other) => other !== gone && votes(other) && other.now !== 'cancelled'))
    illegal('the last who decides')
  takePlace(seats, gone)
  gone.now = 'cancelled'
  seat.touched = true
  turns(step, seats)
}
export const transfer = (seats: Seat[], seat: Seat, to: string): void => {
  if (to === seat.who) illegal('oneself')
  newcomers(
    seats.filter((other) => other !== seat),
    [to],
  )
  seat.who = to
  seat.touched = true
}
export const claim = (step: UserStep, seats: Seat[], seat: Seat): void => {
  if (step.way !== 'claim' || seat.as !== 'main') illegal('nothing to claim')
  const others = seats.filter((other) => other.as === 'main' && other !== seat)
  if (others.some(({ now }) => now === 'cancelled')) illegal('claimed')
  for (const other of others) if (other.now === 'open') other.now = 'cancelled'
  seat.touched = true
}

/** 撤回 of one answer while the step goes on: what came of it goes back to waiting, if nobody touched it. */
export const takeBack = (step: UserStep, seats: Seat[], seat: Seat, opened: (seat: Seat) => boolean): void => {
  const later = (other: Seat): boolean =>
    step.way === 'in-turn' &&
    seat.as !== 'assist' &&
    other.as === 'main' &&
    seats.indexOf(other) > seats.indexOf(rootOf(seat))
  const came = seats.filter(
    (other) => later(other) || waitsFor(other, seat) || (other.as === 'after' && other.of === seat),
  )
  if (seat.as === 'assist' && seat.of?.now === 'done') illegal('the helped one has answered')
  for (const other of came) {
    if (other.now === 'done') illegal('somebody after me has answered')
    const waits = seats.some((helper) => alive(helper) && waitsFor(other, helper))
    if (other.now === 'paused' && (!waits || !waitsFor(other, seat))) illegal('somebody after me went on')
    if (other.now === 'open' && (other.touched || (step.withdraw === 'until-opened' && opened(other))))
      illegal('somebody after me looked at it')
  }
  for (const other of came) if (other.now === 'open') other.now = waitsFor(other, seat) ? 'paused' : 'waiting'
  open(seat)
}
