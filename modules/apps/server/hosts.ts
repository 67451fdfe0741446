import type { ApplicationContent, Connection } from '../contract.ts'

const ofConnection = ({ redirectUris, logoutUris, backchannelUri }: Connection) => [
  ...redirectUris,
  ...logoutUris,
  backchannelUri,
]

/** Scheme, host and port of every address registered for the environment; entries and health belong to production. */
export const originsOf = (content: ApplicationContent, environment: 'production' | 'test' = 'production'): string[] => {
  const { desktopUrl, phoneUrl, healthUrl } = content
  const addresses = [desktopUrl, phoneUrl, healthUrl, ...ofConnection(content[environment])]
  return [...new Set(addresses.flatMap((address) => (address === null ? [] : [new URL(address).origin])))].sort()
}
