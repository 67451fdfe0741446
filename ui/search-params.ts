/** The query of an address as flat text: what a person can read, share and keep. */
export type SearchParams = Record<string, string | string[]>

/** `?q=张&level=city&level=town` → `{ q: '张', level: ['city', 'town'] }` */
export function parseSearch(text: string): SearchParams {
  const out: SearchParams = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const before = out[name]
    out[name] = before === undefined ? value : [...[before].flat(), value]
  }
  return out
}

/** The way back; empty values vanish from the address. */
export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    for (const one of [value].flat())
      if (one !== undefined && one !== null && one !== '') params.append(name, String(one))
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}
