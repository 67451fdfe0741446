import { readPem, X509Error } from '#kernel/crypto'
import { AppError } from '#kernel/errors'

/** What is wrong with a file becomes an error the person can act on. */
export const readable = <T>(read: () => T): T => {
  try {
    return read()
  } catch (error) {
    if (error instanceof X509Error) throw new AppError(400, `certificate.${error.code}`, error.message)
    throw error
  }
}

const LIMIT = 512 * 1024
/** DER values of pasted text: PEM, or one DER value in Base64. Throws X509Error. */
export const readText = (text: string, labels: readonly string[]): Buffer[] => {
  const packed = text.replaceAll(/\s/g, '')
  const bytes = /^[A-Za-z0-9+/]+={0,2}$/.test(packed) ? Buffer.from(packed, 'base64') : Buffer.from(text)
  return readPem(bytes, labels, LIMIT)
}
export const CERTIFICATE = ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE']
export const REQUEST = ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST']
export const LIST = ['X509 CRL']
