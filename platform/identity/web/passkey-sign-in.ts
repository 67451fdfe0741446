import type { Session } from '../contract.ts'
import { identity } from './client.ts'

/** Signs in with a passkey of this host, without a name. What the browser needs for it is fetched first. */
export const signInByPasskey = async (): Promise<Session> => {
  const { askPasskey } = await import('./ways.ts')
  const assertion = await askPasskey(await identity.startPasskey({}))
  return identity.signInPasskey({ assertion })
}
