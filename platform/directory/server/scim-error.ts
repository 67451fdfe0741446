/** What RFC 7644 §3.12 answers: a status, one of its `scimType` words, and a sentence. */
type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'

export class ScimError extends Error {
  readonly status: number
  readonly scimType?: ScimType
  constructor(status: number, detail: string, scimType?: ScimType) {
    super(detail)
    this.status = status
    this.scimType = scimType
  }
}
export const bad = (scimType: ScimType, detail: string): ScimError => new ScimError(400, detail, scimType)
