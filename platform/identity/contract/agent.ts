const browsers: readonly (readonly [RegExp, string])[] = [
  [/MicroMessenger/, '微信'],
  [/Edg\//, 'Edge 浏览器'],
  [/Firefox\//, 'Firefox 浏览器'],
  [/Chrome\//, 'Chrome 内核浏览器'],
  [/Safari\//, 'Safari 浏览器'],
]
const systems: readonly (readonly [RegExp, string])[] = [
  [/OpenHarmony|HarmonyOS/, '鸿蒙'],
  [/Android/, '安卓'],
  [/iPhone|iPad/, '苹果手机或平板'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]
const first = (agent: string, known: typeof browsers) => known.find(([mark]) => mark.test(agent))?.[1]

/** A browser's own account of itself in words: `Windows，Edge 浏览器`. What it does not say is not guessed. */
export const sayAgent = (agent: string): string =>
  [first(agent, systems), first(agent, browsers)].filter(Boolean).join('，') || '未知设备'
