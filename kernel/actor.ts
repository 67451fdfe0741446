/** Who acts. What a port of identity knows beyond this stays behind its own functions. */
export interface Actor {
  accountId: string
  /** the person behind the account; empty for an application */
  personId: string
  name: string
  /** the unit of the main post */
  unitId: string
  sessionId: string
  permissions: ReadonlySet<string>
}
