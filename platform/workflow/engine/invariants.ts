import type { Graph } from '../contract/graph.ts'
import type { Slot, State, Token } from './state.ts'

/** What must hold of every state, as sentences of what is broken; none when all is well. */
export const brokenIn = (graph: Graph, state: State): string[] => {
  const broken: string[] = []
  const { tokens, scopes, timers, trail, status } = state
  const say = (wrong: boolean, text: string): void => {
    if (wrong) broken.push(text)
  }
  const over = status === 'completed' || status === 'terminated'
  say(
    over && Object.keys(tokens).length + Object.keys(scopes).length + Object.keys(timers).length > 0,
    'an ended instance has tokens, scopes or alarms',
  )
  say(!over && Object.keys(tokens).length === 0, 'a running instance has no token')
  for (const token of Object.values(tokens)) {
    const node = graph.nodes[token.node]
    const scope = scopes[token.scope]
    say(!node, `token ${token.id} stands nowhere`)
    say(!scope, `token ${token.id} lies in no scope`)
    say(
      token.state === 'waiting' && !['parallel', 'inclusive'].includes(node?.kind ?? ''),
      `token ${token.id} waits at no join`,
    )
    say(
      token.state === 'parked' && !Object.values(tokens).some(({ returnTo }) => returnTo === token.id),
      `token ${token.id} is parked for nobody`,
    )
    say(
      token.returnTo !== undefined && tokens[token.returnTo]?.state !== 'parked',
      `token ${token.id} returns to nobody`,
    )
    const standing = !token.fault && node?.kind === 'user' && token.state === 'at'
    say(
      standing && !token.step?.slots.some(({ state: at }) => at === 'open'),
      `step ${token.node} has nobody to handle it`,
    )
    say(Boolean(token.step) && node?.kind !== 'user', `token ${token.id} carries a step it left`)
    if (token.step && token.state === 'at' && !token.fault)
      say(trail[token.step.visit]?.left !== undefined, `step ${token.node} is open and its visit is over`)
  }
  for (const scope of Object.values(scopes)) {
    const hosted = scope.kind === 'subprocess' || scope.kind === 'multi'
    say(hosted && !tokens[scope.host ?? ''], `scope ${scope.id} has lost its host`)
    say(
      (scope.kind === 'fork' || scope.kind === 'event') && !scopes[scope.parent ?? ''],
      `scope ${scope.id} has lost its parent`,
    )
    const inside =
      Object.values(tokens).some((token) => token.scope === scope.id) ||
      Object.values(scopes).some(({ parent }) => parent === scope.id)
    say(!inside, `scope ${scope.id} is empty`)
  }
  for (const alarm of Object.values(timers))
    say(!tokens[alarm.of] && !scopes[alarm.of], `alarm ${alarm.id} is nobody's`)
  const live = trail.filter(({ left }) => left === undefined).length
  const steps = Object.values(tokens).filter(({ step, state: at, fault }) => step && at === 'at' && !fault).length
  say(live < steps, 'a step is open without a visit')
  const slots = Object.values(tokens).flatMap(({ step }) => (step?.slots ?? []).map(({ id }) => id))
  say(new Set(slots).size < slots.length, 'two slots have one number')
  return broken
}

/** The slot of this number and the token at which it stands. */
export const findSlotIn = (state: State, id: string): { token: Token; slot: Slot } | undefined => {
  for (const token of Object.values(state.tokens)) {
    const slot = token.step?.slots.find((one) => one.id === id)
    if (slot) return { token, slot }
  }
  return undefined
}
