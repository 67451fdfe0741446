/** Where a task is worked on: a page of the platform, or a foreign system by its host; undefined for what no link may lead to. */
export const workAddress = (url: string): { own: string } | { foreign: string; host: string } | undefined => {
  // `//host` and `/\host` are foreign addresses to a browser
  if (/^\/(?![/\\])/.test(url)) return { own: url }
  const parsed = URL.parse(url)
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return undefined
  return { foreign: parsed.href, host: parsed.host }
}
