import { platformOf } from '../platforms.ts'
import { access } from './client.ts'

// Where browsers name the version of the system; Chromium has frozen most of them at the lowest they support.
const VERSIONS: readonly RegExp[] = [
  /Windows NT ([\d.]+)/,
  /Android ([\d.]+)/,
  /(?:iPhone )?OS ([\d_]+) like Mac/,
  /Mac OS X ([\d_.]+)/,
  /HarmonyOS ([\d.]+)/,
]

/** The version of the operating system as the browser's User-Agent names it; empty when it does not. */
export const versionOf = (agent: string): string =>
  VERSIONS.map((mark) => mark.exec(agent)?.[1])
    .find((version) => version !== undefined)
    ?.replaceAll('_', '.') ?? ''

const KEY = 'qt.posture'

/**
 * Tells the server once a sign-in what the device is. When it was last patched no browser knows, so that stays open. Without a person the
 * mark is taken away: the next sign-in reports again.
 */
export const reportPosture = async (personId: string | undefined): Promise<void> => {
  try {
    if (personId === undefined) return sessionStorage.removeItem(KEY)
    if (sessionStorage.getItem(KEY) === personId) return
    sessionStorage.setItem(KEY, personId)
  } catch {
    // a browser that keeps nothing reports with every page
    if (personId === undefined) return
  }
  const { userAgent } = navigator
  await access
    .posture({ platform: platformOf(userAgent), version: versionOf(userAgent), patchedOn: null })
    // the server goes by the User-Agent header until the next sign-in
    .catch(() => undefined)
}
