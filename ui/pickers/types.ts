/** A person as a picker keeps it: enough to show without asking again. */
export interface PersonRef {
  id: string
  name: string
  unitName?: string
  /** title in that unit */
  title?: string
}
export type SearchPeople = (q: string, signal: AbortSignal) => Promise<PersonRef[]>

export interface UnitRef {
  id: string
  name: string
}
