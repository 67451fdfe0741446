/** localStorage that never throws: a full disk or a locked-down browser costs a preference, not the page. */
export const remembered = {
  read(key: string): unknown {
    try {
      const text = localStorage.getItem(`qt.${key}`)
      return text === null ? undefined : JSON.parse(text)
    } catch {
      return undefined
    }
  },
  write(key: string, value: unknown): boolean {
    try {
      localStorage.setItem(`qt.${key}`, JSON.stringify(value))
      return true
    } catch {
      return false
    }
  },
  forget(key: string): void {
    try {
      localStorage.removeItem(`qt.${key}`)
    } catch {
      // nothing was kept, so nothing is left
    }
  },
  /** all keys that begin with `prefix` */
  forgetAll(prefix: string): void {
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(`qt.${prefix}`)) localStorage.removeItem(key)
    } catch {
      // as above
    }
  },
}
