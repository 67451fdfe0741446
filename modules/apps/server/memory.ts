import type { Kernel } from '#kernel/module'

/** What is remembered is trusted for so long: half of the second after which a suspended application must be out on every node. */
const TRUST_MS = 500
const MOST = 20_000

/** One row tells whether an application, a credential or a token has changed; `era` is another object from then on. */
interface Look {
  revision: string
  checkedAt: number
  checking?: Promise<void>
  era: object
}
const looks = new WeakMap<Kernel, Look>()

const check = async (kernel: Kernel, look: Look): Promise<void> => {
  const asked = performance.now()
  const [row] = await kernel.database.query<{ no: string }>(
    'select no::text as no from apps.revision',
    [],
    'apps.revision',
  )
  if (row!.no !== look.revision) look.era = {}
  look.revision = row!.no
  look.checkedAt = asked
}

const eraOf = async (kernel: Kernel): Promise<object> => {
  const look = looks.get(kernel) ?? { revision: '', checkedAt: Number.NEGATIVE_INFINITY, era: {} }
  looks.set(kernel, look)
  if (performance.now() - look.checkedAt > TRUST_MS) {
    look.checking ??= check(kernel, look).finally(() => {
      look.checking = undefined
    })
    await look.checking
  }
  return look.era
}

/** Looks at the next question instead of in half a second: the bus makes it faster, never right. */
export const lookAgain = (kernel: Kernel): void => {
  const look = looks.get(kernel)
  if (look) look.checkedAt = Number.NEGATIVE_INFINITY
}

/**
 * Remembers what `load` finds under a key until something of any application changes. What is not found is asked for each time; an error when
 * the database cannot be asked: without it nobody is trusted.
 */
export const remember = <V>(load: (kernel: Kernel, key: string) => Promise<V | undefined>) => {
  const eras = new WeakMap<object, Map<string, V>>()
  return async (kernel: Kernel, key: string): Promise<V | undefined> => {
    const era = await eraOf(kernel)
    const known = eras.get(era) ?? new Map<string, V>()
    eras.set(era, known)
    const remembered = known.get(key)
    if (remembered !== undefined) return remembered
    const found = await load(kernel, key)
    if (found === undefined) return undefined
    // Expired tokens would fill it up for ever.
    if (known.size >= MOST) known.clear()
    known.set(key, found)
    return found
  }
}
