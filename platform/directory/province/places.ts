import { type Division, divisions } from './divisions.ts'

/** A town the demo shows in full; tests load nothing but their city. */
const demoCity = '3716'
export const demoCounty = '371625'
const secondCounty = '371681'
export const demoTown = '371625002'
/** Below this many people the tree is cut to the demo city. */
export const smallestFullSize = 20_000

export interface Place extends Division {
  below: Place[]
}

/** The real divisions as a tree; a small world is the demo city with two of its counties. */
export function readPlaces(full: boolean): { root: Place; regions: Division[] } {
  const byCode = new Map<string, Place>()
  const regions: Division[] = []
  let root: Place | undefined
  for (const one of divisions()) {
    if (!full && !isInSmallWorld(one, byCode)) continue
    const place: Place = { ...one, below: [] }
    byCode.set(one.code, place)
    regions.push(one)
    if (one.parent === null) root = place
    else byCode.get(one.parent)?.below.push(place)
  }
  if (!root) throw new Error('divisions.txt.br names no province')
  return { root, regions }
}

function isInSmallWorld(one: Division, known: ReadonlyMap<string, Place>): boolean {
  if (one.level === 1) return true
  if (one.level === 2) return one.code.startsWith(demoCity)
  if (!one.code.startsWith(demoCounty) && !one.code.startsWith(secondCounty)) return false
  if (one.level < 5 || one.code.startsWith(demoTown)) return true
  return (known.get(one.parent ?? '')?.below.length ?? 0) < (one.code.startsWith(demoCounty) ? 8 : 3)
}

/** 湾头村委会 → 湾头村 and its committee; 椒园社区居民委员会 → 椒园社区. Names of the statistical list are abridged in many ways. */
export function villageNames(listed: string): { name: string; shortName: string } {
  const plainName = listed.replace(/^类似|类似(?=居委会$|村委会$)/u, '')
  // 村委会, 村村民委会, 村民会员会, 社区居, 社区委员会 …
  const stem = plainName.match(/^(.+?)(?:(?:村+|居)[民名委员会]*|(?<=社区)[委员会]+)$/u)?.[1] ?? plainName
  const urban = /社区|居(?:民|委|$)/u.test(listed)
  const shortName = /(?:村|社区|区)$/u.test(stem) ? stem : `${stem}${urban ? '社区' : '村'}`
  return { name: `${shortName}${urban ? '居民委员会' : '村民委员会'}`, shortName }
}
