import type { Query } from '#kernel/db'

/** Names by which the log can be searched. The log has hundreds of records a name: names are indexed once, records by their exact name. */

export const TERM_LENGTH = 100
const REMEMBERED = 50_000

/** Each two neighbouring characters, without case: what an infix of two or more characters can be found by. */
export const pairsOf = (text: string): string[] => {
  const characters = [...text.toLowerCase()]
  return [...new Set(characters.slice(1).map((character, at) => characters[at]! + character))]
}

/** As PostgreSQL's left() cuts it: by characters, not by UTF-16 units. */
export const termOf = (text: string): string =>
  text.length <= TERM_LENGTH ? text : [...text].slice(0, TERM_LENGTH).join('')

/** Adds what is new among the names of a batch; remembers what it added, so that most batches add nothing. */
export const createTerms = (query: Query) => {
  const known = new Set<string>()
  return {
    async add(texts: Iterable<string | null>): Promise<void> {
      const fresh = new Set<string>()
      for (const text of texts) if (text && !known.has(termOf(text))) fresh.add(termOf(text))
      if (fresh.size === 0) return
      await query(
        `insert into kernel.audit_term (text, pairs)
         select t, array(select jsonb_array_elements_text(p)) from unnest($1::text[], $2::jsonb[]) as u(t, p) on conflict do nothing`,
        [[...fresh], [...fresh].map((text) => JSON.stringify(pairsOf(text)))],
        'audit.terms',
      )
      if (known.size + fresh.size > REMEMBERED) known.clear()
      for (const text of fresh) known.add(text)
    },
  }
}
