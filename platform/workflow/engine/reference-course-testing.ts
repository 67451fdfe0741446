import type { UserStep } from '../contract/graph.ts'
import type { Block, Branch } from './arbitrary-testing.ts'
import { illegal, type Person, resultOf, type Seat, seatsFor, turns } from './reference-people-testing.ts'

/**
 * A second, naive process engine for block-structured processes, written from the words of the operations and from none of the engine's code:
 * everything alive is a plain list, each knows in which opened blocks it stands, and every question is answered by looking at all of them.
 */
export type Step = Extract<Block, { kind: 'step' }>
export type Sub = Extract<Block, { kind: 'sub' }>
export interface Opened {
  kind: 'fork' | 'sub' | 'runs'
  block: string
  started: number
  done: number
}
/** a block it stands in, and on which of its ways */
export interface Place {
  opened: Opened
  way: number
}
export interface Live {
  at: string
  state: 'active' | 'arrived' | 'parked' | 'stuck'
  inside: Place[]
  seats: Seat[]
  result?: string
  visit?: Visit
  /** 直送: it corrects something for this one, which waits */
  corrects?: Live
  remembered?: Map<Seat, Seat['now'] | 'returner'>
}
export interface Visit {
  step: string
  round: number
  ended?: 'decided' | 'skipped' | 'cancelled' | 'withdrawn'
  /** the how manieth decision of all */
  turn?: number
  agreed: string[]
  /** 退回 went behind it: what was agreed there has to be agreed again */
  void: boolean
  undo?: Undo
}
export interface Undo {
  seat: Seat
  live: Live
  seats: Seat[]
  made: { live: Live; visit?: Visit }[]
  skipped: Visit[]
  lost: boolean
}
export interface World {
  status: 'running' | 'suspended' | 'completed' | 'terminated'
  outcome?: string
  values: Record<string, unknown>
  turns: number
  lives: Live[]
  trail: Visit[]
}
/** Where a block lies: what it stands in, outermost first, and what comes after it. */
export interface Where {
  block: Block
  list: Block[]
  above: { block: Block; way: number }[]
}
const placesOf = (blocks: Block[], above: Where['above'] = []): [string, Where][] =>
  blocks.flatMap((block): [string, Where][] => {
    const inner = 'ways' in block ? block.ways.map(({ body }) => body) : 'body' in block ? [block.body] : []
    const below = inner.flatMap((body, way) => placesOf(body, [...above, { block, way }]))
    return [[block.id, { block, list: blocks, above }], ...below]
  })
export type Ordered = { step: string; round: number; seat: number; by: string }
export type Order =
  | ({ do: 'complete'; outcome: string; values: Record<string, boolean>; next?: string[] } & Ordered)
  | ({ do: 'claim' } & Ordered)
  | ({ do: 'add-signer'; place: 'before' | 'after' | 'parallel'; people: string[] } & Ordered)
  | ({ do: 'assist'; people: string[] } & Ordered)
  | ({ do: 'delegate' | 'transfer'; to: string } & Ordered)
  | ({ do: 'remove-signer'; remove: number } & Ordered)
  | ({ do: 'send-back'; to: string; mode: 'redo' | 'straight' } & Ordered)
  | ({ do: 'withdraw'; opened: (step: string, round: number, seat: number) => boolean } & Ordered)
  | { do: 'jump'; step: string; round: number; to: string }
  | { do: 'assign'; step: string; round: number; people: string[] }
  | { do: 'retry'; step: string; round: number }
  | { do: 'suspend' | 'resume' | 'terminate' | 'urge' }

const first = ({ body }: Branch): Block => body[0] as Block

/** How everything goes on by itself. */
export class Course {
  readonly where: Map<string, Where>
  w: World = { status: 'running', values: {}, turns: 0, lives: [], trail: [] }
  /** what one decision set going, for whoever takes it back */
  made: Pick<Undo, 'made' | 'skipped' | 'lost'> = { made: [], skipped: [], lost: false }
  entered = 0
  constructor(blocks: Block[]) {
    this.where = new Map(placesOf(blocks))
  }

  stepOf(id: string): Step {
    return this.where.get(id)?.block as Step
  }
  userOf(live: Live): UserStep {
    return this.stepOf(live.at).user
  }
  holds(when: string, result?: string): boolean {
    return when === 'true' || (when.startsWith('结果') ? result === '同意' : this.w.values[when] === true)
  }

  // ── going on ──
  drop(gone: Live[]): void {
    if (gone.length === 0) return
    this.w.lives = this.w.lives.filter((live) => !gone.includes(live))
    for (const { visit } of gone) if (visit && !visit.ended) visit.ended = 'cancelled'
    this.drop(this.w.lives.filter(({ corrects }) => corrects && gone.includes(corrects)))
  }
  enter(block: Block, inside: Place[], result?: string): void {
    this.entered += 1
    if (this.entered > 1000) illegal('turns in a circle')
    switch (block.kind) {
      case 'step':
        this.open({ at: block.id, state: 'active', inside, seats: [], result })
        return
      case 'choice':
        this.enter(
          first((block.ways.find(({ when }) => when && this.holds(when, result)) ?? block.ways[0]) as Branch),
          inside,
          result,
        )
        return
      case 'loop':
        this.enter(block.body[0] as Block, inside, result)
        return
      case 'fork': {
        const opened: Opened = { kind: 'fork', block: block.id, started: 0, done: 0 }
        const ways = block.ways.filter(({ when }) => block.all || (when && this.holds(when, result)))
        for (const way of ways.length > 0 ? ways : block.ways.slice(0, 1))
          this.enter(first(way), [...inside, { opened, way: block.ways.indexOf(way) }], result)
        return
      }
      case 'sub': {
        if (!block.runs) {
          this.enterSub(block, inside, result)
          return
        }
        const runs: Opened = { kind: 'runs', block: block.id, started: 0, done: 0 }
        for (let run = block.inTurn ? 1 : block.runs; run > 0; run--)
          this.startRun(block, [...inside, { opened: runs, way: 0 }], result)
      }
    }
  }
  enterSub(block: Sub, inside: Place[], result?: string): void {
    this.enter(
      block.body[0] as Block,
      [...inside, { opened: { kind: 'sub', block: block.id, started: 0, done: 0 }, way: 0 }],
      result,
    )
  }
  startRun(block: Sub, inside: Place[], result?: string): void {
    ;(inside.at(-1) as Place).opened.started += 1
    this.enterSub(block, inside, result)
  }
  /** What comes after this block for whoever is done with it. */
  after(id: string, inside: Place[], result?: string): void {
    const { block, list, above } = this.where.get(id) as Where
    const next = list[list.indexOf(block) + 1]
    const around = above.at(-1)
    if (next) this.enter(next, inside, result)
    else if (!around) {
      if (this.w.lives.every(({ corrects }) => corrects)) this.finish('completed')
    } else if (around.block.kind === 'choice') this.after(around.block.id, inside, result)
    else if (around.block.kind === 'loop') {
      if (this.holds(around.block.again, result)) this.enter(around.block, inside, result)
      else this.after(around.block.id, inside, result)
    } else if (around.block.kind === 'fork') {
      const live: Live = { at: around.block.id, state: 'arrived', inside, seats: [], result }
      this.w.lives.push(live)
      this.made.made.push({ live })
    } else this.endSub(around.block as Sub, inside, result)
  }
  endSub(block: Sub, inside: Place[], result?: string): void {
    this.made.lost = true
    const outside = inside.slice(0, -1)
    const runs = outside.at(-1)?.opened
    if (runs?.kind !== 'runs' || runs.block !== block.id) {
      this.after(block.id, outside, result)
      return
    }
    runs.done += 1
    if (runs.done === block.runs) this.after(block.id, outside.slice(0, -1), result)
    else if (block.inTurn) this.startRun(block, outside, result)
  }
  /** A fork is joined when all that stand in it have arrived; whoever only corrects something goes nowhere. */
  joins(): void {
    for (const live of this.w.lives.filter(({ state }) => state === 'arrived')) {
      const { opened } = live.inside.at(-1) as Place
      const all = this.w.lives.filter(
        ({ inside, corrects }) => !corrects && inside.some((place) => place.opened === opened),
      )
      if (!all.every(({ state, inside }) => state === 'arrived' && inside.at(-1)?.opened === opened)) continue
      this.made.lost = true
      this.w.lives = this.w.lives.filter((one) => !all.includes(one))
      const same = all.every(({ result }) => result === live.result)
      this.after(live.at, live.inside.slice(0, -1), same ? live.result : undefined)
      this.joins()
      return
    }
  }
  finish(status: World['status'], outcome?: string): void {
    this.made.lost = true
    this.drop(this.w.lives)
    this.w.status = status
    if (outcome) this.w.outcome = outcome
  }

  // ── a step ──
  newVisit(step: string, again?: number): Visit {
    const rounds = this.w.trail
      .filter((visit) => visit.step === step && visit.ended !== 'withdrawn')
      .map(({ round }) => round)
    const round = again ?? Math.max(0, ...rounds) + 1
    const visit: Visit = { step, round, agreed: [], void: false }
    this.w.trail.push(visit)
    return visit
  }
  leftOut(step: Step): Set<string> {
    const { again, starter } = step.user
    const before = this.w.trail.filter((visit) => visit.ended === 'decided' && !visit.void && visit.step !== step.id)
    const counted = again === 'skip' ? before : again === 'skip-adjacent' ? this.lastDecided(step, before) : []
    return new Set([...counted.flatMap(({ agreed }) => agreed), ...(starter === 'skip' ? ['starter'] : [])])
  }
  lastDecided(step: Step, before: Visit[]): Visit[] {
    const decided = this.w.trail.filter(({ ended }) => ended === 'decided')
    const last = decided.find(({ turn }) => turn === Math.max(...decided.map((one) => one.turn ?? 0)))
    return last && before.includes(last) && last.step !== step.id ? [last] : []
  }
  open(live: Live, named?: Person[]): void {
    const step = this.stepOf(live.at)
    const out = this.leftOut(step)
    const people: Person[] = named ?? step.people
    const kept = named ?? people.filter(({ person }) => !out.has(person))
    live.visit = this.newVisit(live.at)
    if (!this.w.lives.includes(live)) this.w.lives.push(live)
    if (kept.length === 0 && (people.length > 0 || step.user.nobody === 'skip')) {
      live.visit.ended = 'skipped'
      this.made.skipped.push(live.visit)
      if (this.made.skipped.length > 40) illegal('turns in a circle')
      this.leave(live, '同意')
      return
    }
    live.seats = seatsFor(step.user, kept)
    live.state = kept.length === 0 ? 'stuck' : 'active'
    this.made.made.push({ live, visit: live.visit })
    if (kept.length === 0) this.made.lost = true
  }
  leave(live: Live, result: string): void {
    this.w.lives = this.w.lives.filter((one) => one !== live)
    if (!live.corrects) {
      this.after(live.at, live.inside, result)
      return
    }
    this.made.lost = true
    this.comeBack(live.corrects)
  }
  /** What was sent straight back is corrected: the returner looks again, the others go on where they were. */
  comeBack(live: Live): void {
    for (const [seat, was] of live.remembered ?? []) {
      seat.now = was === 'returner' ? 'open' : was
      seat.touched = false
    }
    delete live.remembered
    live.state = 'active'
    live.visit = this.newVisit(live.at)
  }
  nameOf(live: Live, key: string): string {
    return this.userOf(live).outcomes.find((one) => one.key === key)?.name ?? key
  }
  decide(live: Live): void {
    turns(this.userOf(live), live.seats)
    const outcome = resultOf(this.userOf(live), live.seats)
    if (outcome === undefined) {
      const busy = live.seats.some(({ now }) => now === 'open' || now === 'paused' || now === 'waiting')
      if (!busy) live.state = 'stuck'
      return
    }
    this.endVisit(live)
    const rejects = this.userOf(live).outcomes.find(({ key }) => key === outcome)?.counts === 'reject'
    if (this.userOf(live).rejected === 'end' && rejects) this.finish('completed', outcome)
    else this.leave(live, this.nameOf(live, outcome))
  }
  endVisit(live: Live): void {
    const visit = live.visit as Visit
    visit.ended = 'decided'
    visit.turn = ++this.w.turns
    const agrees = (key?: string): boolean =>
      this.userOf(live).outcomes.find((one) => one.key === key)?.counts === 'agree'
    visit.agreed = live.seats.filter(({ now, said }) => now === 'done' && agrees(said)).map(({ who }) => who)
  }
}
