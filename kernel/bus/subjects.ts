const MAX_LENGTH = 255
const TOKEN = /^[\w-]+$/

export function checkSubject(subject: string): void {
  if (subject.length > MAX_LENGTH || !subject.split('.').every((token) => TOKEN.test(token))) {
    throw new RangeError(`not a subject: ${subject}`)
  }
}

export function checkPattern(pattern: string): void {
  const tokens = pattern.split('.')
  const isGood = tokens.every(
    (token, at) => TOKEN.test(token) || token === '*' || (token === '>' && at === tokens.length - 1),
  )
  if (pattern.length > MAX_LENGTH || !isGood) throw new RangeError(`not a subject pattern: ${pattern}`)
}

/** The matching of NATS subjects, so that the bus in one process behaves as it does between many. */
export function isMatch(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.')
  const tokens = subject.split('.')
  const isOpen = wanted.at(-1) === '>'
  if (isOpen ? tokens.length < wanted.length : tokens.length !== wanted.length) return false
  return wanted.every((token, at) => token === '*' || token === tokens[at] || (isOpen && at === wanted.length - 1))
}
