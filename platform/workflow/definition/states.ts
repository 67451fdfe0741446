/** A token at a place, or waiting at a join with the arcs it stands for. */
export interface Token {
  readonly place: string
  readonly by?: readonly number[]
}

/** An activation: the whole scope, or one of a fork. Never changed, only made again; equal states have equal keys. */
export interface State {
  readonly fork?: string
  readonly tokens: readonly Token[]
  readonly inner: readonly State[]
  readonly key: string
  /** tokens in it and in all that lies in it */
  readonly count: number
  /** how many activations lie in each other */
  readonly depth: number
}

const tokenKey = ({ place, by }: Token): string => (by ? `${place}|${by.join(',')}` : place)
const sorted = <T>(values: readonly T[], key: (value: T) => string): readonly T[] =>
  values.length < 2 ? values : [...values].sort((a, b) => (key(a) < key(b) ? -1 : 1))

export function stateOf(fork: string | undefined, here: readonly Token[], inner: readonly State[]): State {
  // somebody alone in an activation, and not waiting there, might as well be outside of it
  const alone = inner.filter(({ count, tokens }) => count === 1 && tokens[0] && !tokens[0].by)
  if (alone.length > 0)
    return stateOf(
      fork,
      [...here, ...alone.flatMap(({ tokens }) => tokens)],
      inner.filter((state) => !alone.includes(state)),
    )

  const inOrder = sorted(here, tokenKey)
  const within = sorted(
    inner.filter(({ count }) => count > 0),
    ({ key }) => key,
  )
  const key = `${fork ?? ''}(${inOrder.map(tokenKey).join(' ')};${within.map((state) => state.key).join()})`
  const count = within.reduce((sum, state) => sum + state.count, inOrder.length)
  const depth = 1 + Math.max(0, ...within.map((state) => state.depth))
  return { ...(fork ? { fork } : {}), tokens: inOrder, inner: within, key, count, depth }
}

/** An activation by its way from the whole: which of the inner ones, one after the other. */
export type Path = readonly number[]

export function* activations(root: State, path: Path = []): Generator<{ state: State; path: Path }> {
  yield { state: root, path }
  for (const [index, inner] of root.inner.entries()) yield* activations(inner, [...path, index])
}

/** The whole with one activation changed. */
export function change(root: State, path: Path, by: (state: State) => State): State {
  const [index, ...rest] = path
  if (index === undefined) return by(root)
  const inner = root.inner.map((state, at) => (at === index ? change(state, rest, by) : state))
  return stateOf(root.fork, root.tokens, inner)
}

export const everyToken = (state: State): Token[] => [...state.tokens, ...state.inner.flatMap(everyToken)]
