import { startAuthentication, WebAuthnError } from '@simplewebauthn/browser'
import { ApiError } from '#kernel/web'
import type { Assertion, PasskeyRequest, Way } from '../contract.ts'

/** What each factor is called and asks for. */
export const wayNames: Record<Way, string> = {
  passkey: '通行密钥',
  totp: '动态口令',
  sms: '短信验证码',
  recovery: '备用码',
  password: '口令',
}

/** Asks the browser for a passkey; the person may cancel, which throws like a refusal. */
export const askPasskey = (options: PasskeyRequest): Promise<Assertion> =>
  startAuthentication({ optionsJSON: options }).then(({ id, rawId, response }) => ({
    id,
    rawId,
    type: 'public-key',
    response: {
      clientDataJSON: response.clientDataJSON,
      authenticatorData: response.authenticatorData,
      signature: response.signature,
      userHandle: response.userHandle,
    },
    clientExtensionResults: {},
  }))

/** One sentence for what went wrong, whoever threw it. */
export const faultOf = (error: unknown): string => {
  if (error instanceof ApiError) return error.detail
  if (error instanceof WebAuthnError || (error instanceof Error && error.name === 'NotAllowedError'))
    return '没有读到通行密钥：可能已取消、超时，或这台设备上没有。请再试，或换一种方式。'
  return '没有完成，请稍后再试。'
}
