import type { ServerResponse } from 'node:http'
import type { Event } from './webhooks.ts'

const html = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

const STYLE = `body{margin:0;background:#f3f5f8;color:#1d2733;font:16px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans SC",sans-serif}
main{max-width:720px;margin:0 auto;padding:32px 16px}h1{margin:0 0 8px;font-size:22px}h2{margin:0 0 12px;font-size:17px}
section{margin-top:16px;padding:20px;border-radius:8px;background:#fff}p{margin:0 0 12px}small,time{color:#4a5766}
ul{margin:0;padding:0;list-style:none}li{padding:12px 0;border-top:1px solid #dfe4ea}li:first-child{border:0;padding-top:0}
form{display:flex;flex-wrap:wrap;gap:8px;align-items:end;margin:0}label{flex:1 1 240px;display:grid;gap:4px}
input{font:inherit;min-height:40px;padding:0 12px;border:1px solid #8593a3;border-radius:6px}
button,.button{display:inline-block;min-height:40px;padding:0 16px;border:1px solid #8593a3;border-radius:6px;background:#fff;color:inherit;font:inherit;line-height:38px;text-decoration:none;cursor:pointer}
.main{border-color:#1b4f9c;background:#1b4f9c;color:#fff}.state{font-weight:600}a{color:#1b4f9c}code{overflow-wrap:anywhere;font-size:14px}`

export const page = (response: ServerResponse, title: string, body: string, status = 200): void => {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
  })
  response.end(`<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${html(title)} · 便民预约</title><style>${STYLE}</style></head><body><main><h1>${html(title)}</h1>${body}</main></body></html>`)
}

export const welcome = (response: ServerResponse): void =>
  page(
    response,
    '便民预约',
    '<section><p>博兴县政务服务中心的预约审核，工作人员用齐通账号登录。</p><a class="button main" href="/login">用齐通登录</a></section>',
  )

export const sorry = (response: ServerResponse, status: number, title: string, why: string): void =>
  page(
    response,
    title,
    `<section><p>${html(why)}</p><a class="button" href="/login">重新登录</a> <a class="button" href="/">回到首页</a></section>`,
    status,
  )

export interface Booking {
  number: string
  title: string
  state: string
  outcome: string | null
}
const states: Record<string, string> = { open: '待办', done: '已办结', cancelled: '已撤销' }
const action = (number: string, verb: string, words: string): string =>
  `<form method="post" action="/bookings/${number}/${verb}"><button aria-label="${words} ${number}">${words}</button></form>`

const booking = ({ number, title, state, outcome }: Booking): string => `<li id="${number}">
  <p>${html(title)} <small>${number}</small><br><span class="state">${states[state] ?? html(state)}</span>${outcome ? `：${html(outcome)}` : ''}</p>
  ${state === 'open' ? `<div style="display:flex;gap:8px">${action(number, 'look', '查询')}${action(number, 'close', '办结')}${action(number, 'cancel', '撤销')}</div>` : ''}</li>`

const words: Record<string, string> = {
  'tasks.closed': '待办办结',
  'apps.state-changed': '本应用的状态变化',
  'apps.ping': '测试事件',
}
const event = ({ id, type, subject, time, data, times }: Event): string => `<li>
  <b>${words[type] ?? html(type)}</b> <small>${html(subject)}</small>${times > 1 ? ` <small>收到 ${times} 次，只处理一次</small>` : ''}<br>
  <time>${html(new Date(time).toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai' }))}</time> <code>${html(JSON.stringify(data))}</code><br><small>事件标识 ${html(id)}</small></li>`

const list = (items: string[], empty: string): string =>
  items.length > 0 ? `<ul>${items.join('')}</ul>` : `<p><small>${empty}</small></p>`

export const home = (
  response: ServerResponse,
  person: { name: string; unit: string },
  bookings: readonly Booking[],
  events: readonly Event[],
): void =>
  page(
    response,
    '便民预约',
    `<p>您好，${html(person.name)}（${html(person.unit)}）。<a href="/logout">退出登录</a></p>
<section><h2>推送待办</h2><form method="post" action="/bookings"><label>预约事项<input name="title" required maxlength="60" value="不动产登记预约，请审核"></label><button class="main">推送给我</button></form></section>
<section><h2>已推送的</h2>${list(bookings.map(booking), '还没有推送。推送后，到齐通的“待办”里办理。')}</section>
<section><h2>收到的通知</h2>${list(events.map(event), '还没有收到。在齐通办结待办后，结果会送到这里。')}</section>`,
  )
