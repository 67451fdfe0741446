import type { Endpoint } from '#kernel/contract'

/** The parts of a request that follow from the contract alone. */
export interface Wire {
  url: string
  /** JSON text; absent when everything went into the address */
  body?: string
}

const inQuery = (endpoint: Endpoint) =>
  endpoint.kind === 'upload' || endpoint.method === 'GET' || endpoint.method === 'DELETE'

/**
 * Fills `:params` of the path from `input`; the rest goes to the query (GET, DELETE, uploads: an array repeats its key,
 * null and undefined are left out) or to a JSON body.
 * @throws TypeError when a path parameter is missing or a query value is an object: faults of the caller, not of the user
 */
export function wire(endpoint: Endpoint, input: unknown): Wire {
  const rest = new Map(Object.entries(Object(input)).filter(([, value]) => value !== undefined))
  const url = endpoint.path.replace(/:([A-Za-z_]\w*)/g, (_, name: string) => {
    const value = rest.get(name)
    rest.delete(name)
    if (value === null || value === undefined || value === '') throw new TypeError(`${endpoint.path}: no ${name}`)
    return encodeURIComponent(plain(name, value))
  })
  if (!inQuery(endpoint)) return { url, body: JSON.stringify(Object.fromEntries(rest)) }
  const query = new URLSearchParams()
  for (const [name, value] of rest) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== null) query.append(name, plain(name, one))
  }
  const text = query.toString()
  return { url: text === '' ? url : `${url}?${text}` }
}

function plain(name: string, value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new TypeError(`${name}: an address holds text, numbers and yes/no only`)
}
