import type { AccessInput } from './contract.ts'

type Platform = AccessInput['platform']

// In this order: Android browsers also say Linux, 统信 and 麒麟 too, 鸿蒙 may say Android.
const MARKS: readonly (readonly [RegExp, Platform])[] = [
  [/HarmonyOS|OpenHarmony/i, 'harmony'],
  [/Android/i, 'android'],
  [/iPhone|iPad|iPod/i, 'ios'],
  [/Windows/i, 'windows'],
  [/UOS|Deepin/i, 'uos'],
  [/Kylin/i, 'kylin'],
  [/Macintosh|Mac OS X/i, 'macos'],
  [/Linux|X11/i, 'linux'],
]
const CACHE = 5000
const known = new Map<string, Platform>()

/** The operating system a browser names in its User-Agent header (RFC 9110 §10.1.5): what the client says, not a proof. */
export const platformOf = (agent: string): Platform => {
  const found = known.get(agent)
  if (found) return found
  const platform = MARKS.find(([mark]) => mark.test(agent))?.[1] ?? 'other'
  if (known.size >= CACHE) known.clear()
  known.set(agent, platform)
  return platform
}
