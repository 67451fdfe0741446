const KEY = 'qt.device'

/** This browser's own random token, by which it is known again at the next sign-in; none where nothing can be kept. */
export const deviceToken = (): string | undefined => {
  try {
    const known = localStorage.getItem(KEY)
    if (known) return known
    const bytes = crypto.getRandomValues(new Uint8Array(32))
    const made = btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '')
    localStorage.setItem(KEY, made)
    return made
  } catch {
    return undefined
  }
}
