export type X509Fault = 'malformed' | 'too-large' | 'unsupported' | 'wrong-curve' | 'critical-extension'

/** What is wrong with a certificate, a request or a revocation list; `message` is for the person who handed it in. */
export class X509Error extends Error {
  override readonly name = 'X509Error'
  readonly code: X509Fault
  constructor(code: X509Fault, message: string) {
    super(message)
    this.code = code
  }
}

export const malformed = (what: string): X509Error =>
  new X509Error('malformed', `${what}，文件可能不完整或被改动过。请核对后重新提供。`)
