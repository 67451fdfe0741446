const copyObject = (value: object): object => {
  const copy: Record<string, unknown> = {}
  for (const [key, each] of Object.entries(value)) {
    // Assigned, this one name would change what the copy inherits.
    if (key === '__proto__')
      Object.defineProperty(copy, key, { value: copyOf(each), enumerable: true, writable: true, configurable: true })
    else copy[key] = copyOf(each)
  }
  return copy
}

/** A deep copy of what JSON can say; some five times faster than structuredClone, which also minds cycles, dates and maps. */
export const copyOf = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null) return value
  return (Array.isArray(value) ? value.map(copyOf) : copyObject(value)) as T
}
