/** Only a path of this site: a link to the sign-in must not lead a signed-in person elsewhere. */
export function safeTarget(to: unknown): string {
  if (typeof to !== 'string' || !/^\/(?!\/)/.test(to)) return '/'
  // read as a browser reads it: backslashes and tabs make a path into another host
  const url = new URL(to, 'http://here')
  const inside = url.origin === 'http://here' && !url.pathname.startsWith('//') && url.pathname !== '/sign-in'
  return inside ? to : '/'
}
