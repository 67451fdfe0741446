import type { Provider } from 'oidc-provider'
import { randomToken } from '#kernel/crypto'

/** What an application presents to our API in its own name begins with this; a person's token opens nothing but the userinfo endpoint. */
export const APP_TOKEN = 'qta_'

/** Tokens of the client credentials grant can be told from everything else by their first characters. */
export const newToken = (provider: Provider): void => {
  Object.assign(provider.ClientCredentials.prototype, {
    generateTokenId(this: { format?: string }) {
      // What the library's own generator notes, too: the token is a reference, not a signed text.
      this.format = 'opaque'
      return `${APP_TOKEN}${randomToken(32)}`
    },
  })
}
