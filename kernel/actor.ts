/** Whose capacity an account stands for; a public servant and a citizen may be one human (design §3). */
export type SubjectKind = 'public-servant' | 'natural-person' | 'legal-person' | 'application'

/** Who acts. What a port of identity knows beyond this stays behind its own functions. */
export interface Actor {
  accountId: string
  subject: SubjectKind
  /** the person behind the account; empty for an application */
  personId: string
  name: string
  /** the unit of the main post */
  unitId: string
  sessionId: string
  roles: ReadonlySet<string>
  permissions: ReadonlySet<string>
  /** factors shown in this session: one, or two of different kinds (NIST SP 800-63B AAL1, AAL2) */
  assurance: 1 | 2
  /** when a factor was last shown in this session: a dangerous command wants that to be a short while ago */
  verifiedAt: Date
  /** the registered device of this session */
  deviceId?: string
  /** the application that calls in its own name, or in a person's */
  applicationId?: string
}
