import { v4 as uuid } from 'uuid'

/**
 * Idempotency keys by what is being sent. Two tries of the same command share a key until an answer has come, so that
 * a lost answer, a double click and an impatient second click carry the command out once.
 */
export function createAttempts() {
  const open = new Map<string, string>()
  return {
    keyFor(input: Readonly<Record<string, unknown>>): string {
      const said = print(input)
      const key = open.get(said) ?? uuid()
      open.set(said, key)
      return key
    },
    /** `known`: the server has answered, with success or with a reason */
    settled(input: Readonly<Record<string, unknown>>, known: boolean): void {
      if (known) open.delete(print(input))
    },
  }
}

const print = (input: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(input, (_, value: unknown) =>
    value instanceof File ? [value.name, value.size, value.lastModified] : value instanceof Blob ? value.size : value,
  )
