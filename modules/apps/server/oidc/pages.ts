import type { KoaContextWithOIDC } from 'oidc-provider'

/** What a person can be told apart; everything else is a fault of the application they came from. */
const SPOKEN = new Set([
  'invalid_client',
  'invalid_redirect_uri',
  'invalid_request',
  'access_denied',
  'server_error',
  'invalid_request_uri',
])

export const errorPage = (code: string): string => `/consent/error?code=${encodeURIComponent(code)}`

/** An error that may not go back to the application is told on our page. Only the stable code travels: nothing of what was asked is repeated. */
export const renderError = async (ctx: KoaContextWithOIDC, out: { error: string }): Promise<void> => {
  if (!ctx.accepts('html')) {
    ctx.body = out
    return
  }
  ctx.redirect(errorPage(SPOKEN.has(out.error) ? out.error : 'invalid_request'))
}

const page = (title: string, body: string): string => `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · 齐通</title>
<style>body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f3f5f8;color:#1d2733;font:16px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans SC",sans-serif}
main{width:min(400px,calc(100vw - 64px));padding:32px;background:#fff;border-radius:8px}h1{margin:0 0 8px;font-size:20px}p{margin:0 0 24px;color:#4a5766}
button{display:block;width:100%;min-height:44px;margin-top:12px;border:1px solid #b8c2cf;border-radius:6px;background:#fff;color:inherit;font:inherit;cursor:pointer}
button[value=yes]{border-color:#1b4f9c;background:#1b4f9c;color:#fff}a{color:#1b4f9c}</style></head><body><main>${body}</main></body></html>`

/** A form may only lead to where the application asked to return, and the browser is told so (Content Security Policy, form-action). */
const allowReturn = (ctx: KoaContextWithOIDC, target: string | undefined): void => {
  const policy = String(ctx.res.getHeader('content-security-policy') ?? '')
  const origin = target ? ` ${new URL(target).origin}` : ''
  ctx.set('content-security-policy', policy.replace("form-action 'self'", `form-action 'self'${origin}`))
}

/** `form` is the library's, with the token against forgery. */
export const logoutSource = async (ctx: KoaContextWithOIDC, form: string): Promise<void> => {
  const target = ctx.oidc.params?.post_logout_redirect_uri
  allowReturn(ctx, typeof target === 'string' ? target : undefined)
  const buttons = `<button form="op.logoutForm" name="logout" value="yes">退出齐通和所有应用</button>
    <button form="op.logoutForm">只退出这个应用</button>`
  ctx.body = page('退出登录', `<h1>要退出登录吗？</h1><p>退出齐通后，用它登录的应用都会一并退出。</p>${form}${buttons}`)
}

export const loggedOut = async (ctx: KoaContextWithOIDC): Promise<void> => {
  ctx.body = page('已退出', '<h1>已退出</h1><p>您已退出登录，可以关闭这个页面。</p><a href="/">回到齐通</a>')
}
