import { drawn, PEOPLE, type Random, randomBlocks, randomOf, stepsIn } from './arbitrary-testing.ts'
import { Refused } from './machine.ts'
import type { Order, World } from './reference-course-testing.ts'
import { Reference } from './reference-testing.ts'
import type { Command, Round, Slot, State, Token } from './state.ts'
import { instance, who } from './testing.ts'

type Run = ReturnType<typeof instance>
interface Stand {
  token: Token
  round: number
  slots: Slot[]
}
const standing = (state: State): Stand[] =>
  Object.values(state.tokens)
    .filter(({ step }) => step)
    .map((token) => {
      const { visit, slots } = token.step as Round
      return { token, round: state.trail[visit]?.round ?? 0, slots }
    })

const WORDS = { open: 'open', waiting: 'waiting', paused: 'paused', done: 'done', cancelled: 'cancelled' } as const
/** What both must agree on, as sorted lines. */
const seenIn = (state: State): string[] => [
  `${state.status} ${state.outcome ?? ''}`,
  ...[
    ...standing(state).map(({ token, round, slots }) => {
      const how = token.fault ? 'stuck' : token.state === 'parked' ? 'parked' : 'active'
      const people = how === 'parked' ? '' : slots.map((slot) => `${slot.person}:${WORDS[slot.state]}`).join(' ')
      return `${token.node}#${round} ${how} ${people}`
    }),
    ...Object.values(state.tokens)
      .filter((token) => token.state === 'waiting')
      .map(({ node }) => `${node.slice(0, -1)} arrived`),
  ].sort(),
]
const seenBy = ({ status, outcome, lives }: World): string[] => [
  `${status} ${outcome ?? ''}`,
  ...lives
    .map(({ at, state, visit, seats }) =>
      state === 'arrived'
        ? `${at} arrived`
        : `${at}#${visit?.round} ${state} ${state === 'parked' ? '' : seats.map((seat) => `${seat.who}:${seat.now}`).join(' ')}`,
    )
    .sort(),
]

interface Try {
  command: Command
  order: Order
}
const outcomes = ['agree', 'agree', 'agree', 'reject', 'abstain'] as const

/** Something somebody might try to do with a step, by whoever sits there or by a stranger; much of it is refused. */
const tryStep = (random: Random, all: Stand[], steps: string[]): Try => {
  const { token, round, slots } = random.of(all)
  const open = slots.filter(({ state }) => state === 'open')
  const slot = open.length > 0 && random.below(8) > 0 ? random.of(open) : random.of(slots)
  const by = random.below(20) === 0 ? random.of(PEOPLE) : slot.person
  const base = { slot: slot.id, by: who(by) }
  const at = { step: token.node, round, seat: slots.indexOf(slot), by }
  const names = [...new Set([random.of(PEOPLE), ...(random.below(2) ? [random.of(PEOPLE)] : [])])]
  const people = names.map(who)
  const to = random.of(PEOPLE)
  switch (random.below(13)) {
    case 0: {
      const place = random.of(['before', 'after', 'parallel'] as const)
      return {
        command: { do: 'add-signer', ...base, place, people },
        order: { do: 'add-signer', ...at, place, people: names },
      }
    }
    case 1:
      return { command: { do: 'transfer', ...base, to: who(to) }, order: { do: 'transfer', ...at, to } }
    case 2:
      return { command: { do: 'delegate', ...base, to: who(to) }, order: { do: 'delegate', ...at, to } }
    case 3:
      return { command: { do: 'assist', ...base, people }, order: { do: 'assist', ...at, people: names } }
    case 4: {
      const gone = random.of(slots)
      return {
        command: { do: 'remove-signer', ...base, remove: gone.id },
        order: { do: 'remove-signer', ...at, remove: slots.indexOf(gone) },
      }
    }
    case 5:
    case 6: {
      const [step, mode] = [random.of(steps), random.of(['redo', 'straight'] as const)]
      return {
        command: { do: 'send-back', ...base, to: step, mode },
        order: { do: 'send-back', ...at, to: step, mode },
      }
    }
    case 7:
      return { command: { do: 'claim', ...base }, order: { do: 'claim', ...at } }
    default: {
      const outcome = random.of(outcomes)
      const values = { [random.of(['x', 'y', 'again', 'more'])]: random.below(3) === 0 }
      const next = random.below(5) === 0 ? names : undefined
      return {
        command: { do: 'complete', ...base, outcome, values, ...(next && { next: next.map(who) }) },
        order: { do: 'complete', ...at, outcome, values, ...(next && { next }) },
      }
    }
  }
}
/** Taking back: one of several answers of a step, or the last one that decided it. */
const tryWithdraw = (random: Random, state: State, all: Stand[]): Try | undefined => {
  const seen = new Set(all.flatMap(({ slots }) => slots.filter(() => random.below(3) === 0).map(({ id }) => id)))
  const opened = (step: string, round: number, seat: number): boolean => {
    const there = all.find((one) => one.token.node === step && one.round === round)
    return seen.has(there?.slots[seat]?.id ?? '')
  }
  const votes = all.flatMap(({ token, round, slots }) =>
    slots
      .filter((slot) => slot.state === 'done')
      .map((slot) => ({ step: token.node, round, seat: slots.indexOf(slot), slot: slot.id, by: slot.person })),
  )
  const decisions = state.trail.flatMap(({ node, round, undo }) => {
    const slots = undo?.token.step?.slots ?? []
    const slot = slots.find(({ id }) => id === undo?.slot)
    return slot ? [{ step: node, round, seat: slots.indexOf(slot), slot: slot.id, by: slot.person }] : []
  })
  const any = [...votes, ...decisions]
  if (any.length === 0) return undefined
  const { slot, ...at } = random.of(any)
  return {
    command: { do: 'withdraw', slot, by: who(at.by), opened: [...seen] },
    order: { do: 'withdraw', ...at, opened },
  }
}
const tryManaging = (random: Random, all: Stand[], steps: string[]): Try => {
  const { token, round } = random.of(all)
  const at = { step: token.node, round }
  const by = who('admin')
  switch (random.below(12)) {
    case 0:
      return { command: { do: 'suspend', by }, order: { do: 'suspend' } }
    case 1:
      return { command: { do: 'urge', by }, order: { do: 'urge' } }
    case 2:
      return { command: { do: 'retry', token: token.id, by }, order: { do: 'retry', ...at } }
    case 3:
    case 4:
    case 5: {
      const people = [...new Set([random.of(PEOPLE), random.of(PEOPLE)])]
      return {
        command: { do: 'assign', token: token.id, by, people: people.map(who) },
        order: { do: 'assign', ...at, people },
      }
    }
    default: {
      const to = random.of(steps)
      return { command: { do: 'jump', token: token.id, by, to }, order: { do: 'jump', ...at, to } }
    }
  }
}
const tryAnything = (random: Random, state: State, steps: string[]): Try => {
  const all = standing(state)
  const seated = all.filter(({ slots }) => slots.length > 0)
  if (state.status === 'suspended' && random.below(2) === 0)
    return { command: { do: 'resume', by: who('admin') }, order: { do: 'resume' } }
  const choice = random.below(20)
  if (choice < 2) return tryManaging(random, all, steps)
  const back = choice < 5 ? tryWithdraw(random, state, all) : undefined
  return back ?? (seated.length > 0 ? tryStep(random, seated, steps) : tryManaging(random, all, steps))
}
/** Everybody simply agrees, and whatever has nobody gets somebody: whatever was done before, it must come to its end. */
const tryEnding = (state: State): Try => {
  if (state.status === 'suspended') return { command: { do: 'resume', by: who('admin') }, order: { do: 'resume' } }
  const all = standing(state)
  for (const { token, round, slots } of all) {
    const slot = slots.find((one) => one.state === 'open')
    if (!slot || token.state === 'parked') continue
    const at = { step: token.node, round, seat: slots.indexOf(slot), by: slot.person }
    const said = { outcome: 'agree', values: { again: false, more: false } }
    return {
      command: { do: 'complete', slot: slot.id, by: who(slot.person), ...said },
      order: { do: 'complete', ...at, ...said },
    }
  }
  const stuck = all.find(({ token }) => token.fault)
  if (!stuck) throw new Error(`nothing is open: ${JSON.stringify(state.tokens)}`)
  return {
    command: { do: 'assign', token: stuck.token.id, by: who('admin'), people: [who('a')] },
    order: { do: 'assign', step: stuck.token.node, round: stuck.round, people: ['a'] },
  }
}

/** The same to both; they must agree whether it is legal, and on everything that can be seen afterwards. */
const both = (run: Run, naive: Reference, { command, order }: Try): boolean => {
  const before = seenIn(run.state)
  const code = run.refusal(command)
  const legal = naive.give(order)
  const [ours, theirs] = [seenIn(run.state), seenBy(naive.w)]
  if ((code === 'accepted') !== legal || ours.join('\n') !== theirs.join('\n'))
    throw new Error(
      [JSON.stringify(order), 'before:', ...before, `engine: ${code}`, ...ours, `reference: ${legal}`, ...theirs].join(
        '\n  ',
      ),
    )
  return legal
}

const MOST_TURNS = 2_000
/** One random process and what random people do with it, in the engine and in the reference. How many commands were accepted. */
export const compareOnce = (seed: number): { accepted: number; refused: number } => {
  const random = randomOf(seed)
  const blocks = randomBlocks(random)
  const people = new Map(stepsIn(blocks).map((block) => [block.id, block.people]))
  const run = instance(drawn(blocks), { find: (node) => people.get(node) ?? [] })
  const naive = new Reference(blocks)
  const values = { x: random.below(2) === 0, y: random.below(2) === 0, again: random.below(3) === 0, more: false }
  const counted = { accepted: 0, refused: 0 }
  if (!naive.start(blocks, values)) {
    if (run.refusal({ do: 'start', by: who('starter'), values }) !== 'endless')
      throw new Error('it starts all the same')
    return counted
  }
  run.start(values)
  if (seenIn(run.state).join() !== seenBy(naive.w).join())
    throw new Error(['start', ...seenIn(run.state), 'reference', ...seenBy(naive.w)].join('\n  '))
  const steps = [...people.keys()]
  const over = (): boolean => run.state.status === 'completed' || run.state.status === 'terminated'
  for (let turn = 0; turn < 40 && !over(); turn++)
    counted[both(run, naive, tryAnything(random, run.state, steps)) ? 'accepted' : 'refused'] += 1
  for (let turn = 0; !over(); turn++) {
    if (turn > MOST_TURNS) throw new Error('it never ends')
    both(run, naive, tryEnding(run.state))
  }
  if (JSON.stringify(run.replay()) !== JSON.stringify(run.state)) throw new Error('the replay gives another state')
  return counted
}

/** With the seed in front, so that the sequence can be run again. */
export const compareSeeds = (from: number, count: number): { accepted: number; refused: number; faults: string[] } => {
  const total = { accepted: 0, refused: 0, faults: [] as string[] }
  for (let seed = from; seed < from + count; seed++)
    try {
      const { accepted, refused } = compareOnce(seed)
      total.accepted += accepted
      total.refused += refused
    } catch (error) {
      const code = error instanceof Refused ? `${error.code} ` : ''
      total.faults.push(`seed ${seed}: ${code}${(error as Error).message}`)
    }
  return total
}
