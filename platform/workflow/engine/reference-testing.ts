import type { Block } from './arbitrary-testing.ts'
import {
  Course,
  type Live,
  type Order,
  type Ordered,
  type Undo,
  type Visit,
  type Where,
} from './reference-course-testing.ts'
import { add, claim, Illegal, illegal, remove, type Seat, takeBack, transfer } from './reference-people-testing.ts'

interface Decision {
  visit: Visit
  undo: Pick<Undo, 'seat' | 'seats' | 'live'>
}
/** What people may do with it: each operation as its own words say it. */
export class Reference extends Course {
  decision?: Decision

  liveAt(step: string, round: number): Live {
    return (
      this.w.lives.find(({ at, visit }) => at === step && visit?.round === round) ?? illegal('nothing stands there')
    )
  }
  mine({ step, round, seat: index, by }: Ordered): { live: Live; seat: Seat } {
    const live = this.liveAt(step, round)
    const seat = live.seats[index] ?? illegal('no such seat')
    if (seat.who !== by) illegal('not mine')
    if (seat.now !== 'open' || live.state === 'parked') illegal('not my turn')
    return { live, seat }
  }
  complete(order: Extract<Order, { do: 'complete' }>): void {
    const { live, seat } = this.mine(order)
    if (!this.userOf(live).outcomes.some(({ key }) => key === order.outcome)) illegal('no such outcome')
    if (order.next && !this.userOf(live).free) illegal('not free')
    if (order.next && new Set(order.next).size < order.next.length) illegal('the same person twice')
    Object.assign(this.w.values, order.values)
    const before = structuredClone({ seat, seats: live.seats })
    const visit = live.visit as Visit
    seat.now = 'done'
    seat.said = order.outcome
    if (order.next && order.next.length > 0) {
      this.endVisit(live)
      live.result = this.nameOf(live, order.outcome)
      this.open(
        live,
        order.next.map((person) => ({ person })),
      )
      return
    }
    this.decide(live)
    if (visit.ended === 'decided') this.decision = { visit, undo: { ...before, live: { ...live } } }
  }
  untouched({ made: came, lost }: Undo): boolean {
    return (
      !lost &&
      came.length > 0 &&
      came.every(
        ({ live, visit }) =>
          this.w.lives.includes(live) &&
          live.visit === visit &&
          live.state === (visit ? 'active' : 'arrived') &&
          live.seats.every(
            (seat) => seat.as === 'main' && !seat.touched && (seat.now === 'open' || seat.now === 'waiting'),
          ),
      )
    )
  }
  withdraw(order: Extract<Order, { do: 'withdraw' }>): void {
    const live = this.w.lives.find(({ at, visit }) => at === order.step && visit?.round === order.round)
    if (live) {
      const seat = live.seats[order.seat] ?? illegal('no such seat')
      if (seat.now !== 'done' || seat.who !== order.by) illegal('not mine, or not answered')
      if (this.userOf(live).withdraw === 'never' || live.state !== 'active') illegal('not now')
      takeBack(this.userOf(live), live.seats, seat, (other) =>
        order.opened(order.step, order.round, live.seats.indexOf(other)),
      )
      return
    }
    const visit = this.w.trail.find(({ step, round, undo }) => undo && step === order.step && round === order.round)
    const undo = visit?.undo ?? illegal('nothing to take back')
    const { withdraw: rule } = this.stepOf(order.step).user
    if (undo.seats.indexOf(undo.seat) !== order.seat || undo.seat.who !== order.by) illegal('not mine')
    if (rule === 'never' || !this.untouched(undo)) illegal('too late')
    const looked = undo.made.some(({ live: came, visit: v }) =>
      came.seats.some((_, index) => order.opened(came.at, v?.round ?? 0, index)),
    )
    if (rule === 'until-opened' && looked) illegal('looked at')
    this.drop(undo.made.map(({ live: came }) => came))
    for (const gone of [...undo.made.flatMap((one) => one.visit ?? []), ...undo.skipped, visit as Visit])
      gone.ended = 'withdrawn'
    delete (visit as Visit).undo
    undo.seat.touched = false
    this.w.lives.push({
      ...undo.live,
      seats: undo.seats,
      state: 'active',
      visit: this.newVisit(order.step, order.round),
    })
  }

  // ── to another step ──
  /** How far in the open blocks around it and those around the target are the same. */
  meet(live: Live, to: string): { depth: number; path: Where['above']; way?: number } {
    const path = (this.where.get(to) as Where).above.filter(
      ({ block }) => block.kind === 'fork' || block.kind === 'sub',
    )
    let matched = 0
    let depth = 0
    for (const [index, { opened, way }] of live.inside.entries()) {
      if (path[matched]?.block.id !== opened.block) break
      if (opened.kind === 'runs') continue
      depth = index + 1
      matched += 1
      if (opened.kind === 'fork' && path[matched - 1]?.way !== way) break
    }
    if (path.slice(matched).some(({ block }) => block.kind === 'sub' && block.runs))
      illegal('in the middle of several runs')
    return { depth, path: path.slice(matched), way: path[matched - 1]?.way }
  }
  /** All that leaves when this one leaves the innermost block it shares with the target. */
  leavingWith(live: Live, depth: number): Live[] {
    const next = live.inside[depth]?.opened
    return next ? this.w.lives.filter(({ inside }) => inside.some(({ opened }) => opened === next)) : [live]
  }
  put(live: Live, to: string, { depth, path, way = 0 }: ReturnType<Reference['meet']>): void {
    const shared = live.inside.slice(0, depth)
    const last = shared.pop()
    const base = last ? [...shared, last.opened.kind === 'fork' ? { ...last, way } : last] : []
    const inside = path.map(({ block, way: on }) => ({
      opened: { kind: block.kind as 'fork' | 'sub', block: block.id, started: 0, done: 0 },
      way: on,
    }))
    this.enter(this.stepOf(to), [...base, ...inside])
  }
  awaited(live: Live): Live {
    return live.corrects ? this.awaited(live.corrects) : live
  }
  /** What was decided since the target was last decided will be done again: nobody is left out for having agreed to it. */
  forget(to: string): void {
    const before = this.w.trail.filter(({ step, ended }) => step === to && ended === 'decided')
    const last = Math.max(...before.map(({ turn = 0 }) => turn))
    if (before.length > 0) for (const visit of this.w.trail) if (visit.turn && visit.turn >= last) visit.void = true
  }
  sendBack(order: Extract<Order, { do: 'send-back' }>): void {
    const { live, seat } = this.mine(order)
    const { to, mode } = order
    const rule = this.userOf(live).sendBack ?? { to: 'any', mode: 'choose' }
    if (rule.mode !== 'choose' && rule.mode !== mode) illegal('not in this mode')
    if (to === live.at || !this.w.trail.some(({ step, ended }) => step === to && ended === 'decided'))
      illegal('not executed')
    const origin = mode === 'straight' ? live : this.awaited(live)
    const met = this.meet(origin, to)
    const base = origin.inside[met.depth - 1]
    if (base?.opened.kind === 'fork' && base.way !== met.way) illegal('in another branch')
    this.forget(to)
    if (mode === 'redo') {
      this.drop(this.leavingWith(origin, met.depth))
      this.put(origin, to, met)
      return
    }
    live.remembered = new Map()
    for (const one of live.seats)
      if (one.now !== 'done' && one.now !== 'cancelled') {
        live.remembered.set(one, one === seat ? 'returner' : one.now)
        one.now = 'paused'
      }
    live.state = 'parked'
    ;(live.visit as Visit).ended = 'cancelled'
    this.open({ at: to, state: 'active', inside: live.inside.slice(0, met.depth), seats: [], corrects: live })
  }
  jump({ step, round, to }: Extract<Order, { do: 'jump' }>): void {
    const given = this.liveAt(step, round)
    if (given.state === 'parked') illegal('waits for a correction')
    const live = this.awaited(given)
    const met = this.meet(live, to)
    const base = live.inside[met.depth - 1]
    const there = this.w.lives.filter(
      ({ inside, corrects }) =>
        !corrects && inside[met.depth - 1]?.opened === base?.opened && inside[met.depth - 1]?.way === met.way,
    )
    if (base?.opened.kind === 'fork' && base.way !== met.way && there.length > 0)
      illegal('somebody stands in that branch')
    this.forget(to)
    this.drop(this.leavingWith(live, met.depth))
    this.put(live, to, met)
  }
  assign({ step, round, people }: Extract<Order, { do: 'assign' }>): void {
    const live = this.liveAt(step, round)
    if (live.state === 'parked') illegal('waits for a correction')
    if (people.length === 0 || new Set(people).size < people.length) illegal('whom?')
    ;(live.visit as Visit).ended = 'cancelled'
    this.open(
      live,
      people.map((person) => ({ person })),
    )
  }
  retry({ step, round }: Extract<Order, { do: 'retry' }>): void {
    const live = this.liveAt(step, round)
    if (live.state !== 'stuck') illegal('nothing is wrong')
    ;(live.visit as Visit).ended = 'cancelled'
    this.open(live)
  }
  perform(order: Order): void {
    if (order.do === 'complete') this.complete(order)
    else if (order.do === 'withdraw') this.withdraw(order)
    else if (order.do === 'send-back') this.sendBack(order)
    else if (order.do === 'jump') this.jump(order)
    else if (order.do === 'assign') this.assign(order)
    else if (order.do === 'retry') this.retry(order)
    else if (order.do === 'terminate') this.finish('terminated')
    else if (order.do === 'suspend') this.w.status = 'suspended'
    else if (order.do === 'resume') this.w.status = 'running'
    else if (order.do === 'urge') this.urge()
    else this.amongPeople(order as Extract<Order, Ordered>)
  }
  urge(): void {
    if (!this.w.lives.some(({ seats }) => seats.some(({ now }) => now === 'open'))) illegal('nobody to urge')
  }
  amongPeople(order: Extract<Order, Ordered>): void {
    const { live, seat } = this.mine(order)
    if (order.do === 'claim') claim(this.userOf(live), live.seats, seat)
    if (order.do === 'transfer') transfer(live.seats, seat, order.to)
    if (order.do === 'delegate') add(live.seats, seat, 'delegate', [order.to])
    if (order.do === 'assist') add(live.seats, seat, 'assist', order.people)
    if (order.do === 'add-signer') {
      if (seat.as === 'assist') illegal('a helper adds nobody')
      add(live.seats, seat, order.place, order.people)
    }
    if (order.do === 'remove-signer') {
      remove(this.userOf(live), live.seats, seat, live.seats[order.remove] ?? illegal('no such seat'))
      this.decide(live)
    }
  }
  admit(order: Order): void {
    if (this.w.status === 'completed' || this.w.status === 'terminated') illegal('over')
    if (this.w.status === 'suspended' && !['resume', 'terminate', 'transfer', 'urge'].includes(order.do))
      illegal('suspended')
    if (this.w.status === 'running' && order.do === 'resume') illegal('not suspended')
  }

  /** Does it, joins what is ready, and forgets what can no longer be taken back. */
  work(what: () => void): void {
    this.made = { made: [], skipped: [], lost: false }
    this.decision = undefined
    this.entered = 0
    what()
    if (this.w.status === 'running') this.joins()
    const { decision } = this as { decision?: Decision }
    if (decision) decision.visit.undo = { ...decision.undo, ...this.made }
    for (const visit of this.w.trail) if (visit.undo && !this.untouched(visit.undo)) delete visit.undo
  }
  may(what: () => void): boolean {
    const before = structuredClone(this.w)
    try {
      what()
      return true
    } catch (error) {
      if (!(error instanceof Illegal)) throw error
      this.w = before
      return false
    }
  }
  /** false: it turns in a circle and never begins */
  start(blocks: Block[], values: Record<string, boolean>): boolean {
    Object.assign(this.w.values, values)
    return this.may(() => this.work(() => this.enter(blocks[0] as Block, [])))
  }
  /** May it be done? Then it is done. */
  give(order: Order): boolean {
    return this.may(() => {
      this.admit(order)
      this.work(() => this.perform(order))
    })
  }
}
