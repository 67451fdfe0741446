interface Here {
  hostname: string
  /** the browser can do it: it offers passkeys over https and on localhost alone */
  able: boolean
}
export const here = (): Here => ({ hostname: location.hostname, able: typeof PublicKeyCredential === 'function' })

/** Why passkeys cannot work on this page and who has to do what; undefined where they can. `host` is the one the server says they belong to. */
export const passkeyFault = (host: string | null, { hostname, able }: Here): string | undefined => {
  if (host === null)
    return '通行密钥要在带域名的 https 网址上使用，平台的正式网址不是。请运维人员把 PUBLIC_ORIGIN 设为形如 https://qt.example.gov.cn 的地址。'
  if (host === 'localhost' && hostname !== host)
    return '平台还没有设定正式网址，现在用不了通行密钥。请运维人员设定 PUBLIC_ORIGIN（形如 https://qt.example.gov.cn）并重新启动。'
  if (hostname !== host) return `请从 https://${host} 打开，再登记和使用通行密钥。`
  return able ? undefined : '这个浏览器不支持通行密钥，请换一个浏览器，或用别的第二步验证。'
}
