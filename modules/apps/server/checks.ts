import type { ParsedOf } from '#kernel/contract'
import { transaction } from '#kernel/db'
import { stale } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { OutboundError, type OutboundResponse } from '#kernel/outbound'
import { ApplicationContent, type appsApi, type CheckLine } from '../contract.ts'
import { openVersion, registered, take } from './registered.ts'
import { gaps, wrongState } from './rules.ts'

/** What is expected of one address of the application. */
interface Probe {
  key: string
  title: string
  url: string | null
  /** tried without an address it is skipped */
  judge(answer: OutboundResponse): string | null
  init?: { method: 'GET' | 'POST'; headers?: Record<string, string>; body?: string }
}

const answers = ({ status }: OutboundResponse): string | null =>
  status < 500 && status !== 404 ? null : `答复了 ${status}，请检查地址和服务。`

/** A callback without a code must be refused, not served: one that lets a stranger in would let everybody in. */
const refusesNothing = ({ status }: OutboundResponse): string | null => {
  if (status === 404 || status >= 500) return `答复了 ${status}，请检查地址和服务。`
  return status < 300 ? '没有授权码也答复成功。收到没有 code 或 state 不符的请求时，应当拒绝或转回登录。' : null
}
const refusesForgery = ({ status }: OutboundResponse): string | null =>
  status >= 400 && status < 500 && status !== 404 ? null : `对伪造的退出通知答复了 ${status}，应当验证签名后答复 400。`
const isHealthy = ({ status }: OutboundResponse): string | null =>
  status >= 200 && status < 300 ? null : `答复了 ${status}，健康时应当答复 200。`

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

const probes = (content: ApplicationContent): Probe[] => {
  const { production } = content
  return [
    { key: 'health', title: '健康检查', url: content.healthUrl, judge: isHealthy },
    { key: 'desktop', title: '桌面入口', url: content.desktopUrl, judge: answers },
    { key: 'phone', title: '手机入口', url: content.phoneUrl, judge: answers },
    ...production.redirectUris.map((url, at) => ({
      key: `callback-${at + 1}`,
      title: `登录回调 ${at + 1} 拒绝没有授权码的请求`,
      url,
      judge: refusesNothing,
    })),
    {
      key: 'backchannel',
      title: '退出通知拒绝伪造的请求',
      url: production.backchannelUri,
      judge: refusesForgery,
      init: { method: 'POST', headers: FORM, body: 'logout_token=forged' },
    },
  ]
}

const tryOne = async (ctx: Ctx, { key, title, url, judge, init }: Probe): Promise<CheckLine> => {
  if (url === null) return { key, title, result: 'skip', detail: '没有填写，不检测。', ms: null }
  const began = performance.now()
  const line = (fault: string | null): CheckLine => {
    const ms = Math.round(performance.now() - began)
    return { key, title, result: fault ? 'fail' : 'pass', detail: fault ?? '符合要求。', ms }
  }
  try {
    return line(judge(await ctx.kernel.outbound.request(url, init)))
  } catch (error) {
    if (error instanceof OutboundError) return line(error.message)
    throw error
  }
}

const completeness = (content: ApplicationContent): CheckLine => {
  const faults = gaps(content)
  const detail = faults.map(({ message }) => message).join('')
  return {
    key: 'complete',
    title: '登记内容完整',
    result: faults.length > 0 ? 'fail' : 'pass',
    detail: detail || '符合要求。',
    ms: null,
  }
}

/** Tries every address of the draft through the outbound gateway, outside any transaction, and keeps the result line by line. */
export const check = async (ctx: Ctx, seen: ParsedOf<typeof appsApi.check>) => {
  const row = await take(ctx, 'check', seen)
  const version = (await openVersion(ctx, row.id))!
  const content = ApplicationContent.parse(version.content)
  const lines = [completeness(content), ...(await Promise.all(probes(content).map((probe) => tryOne(ctx, probe))))]
  const state = lines.some(({ result }) => result === 'fail') ? 'draft' : 'checked'
  await transaction(ctx.kernel.database.pool, async ({ query }) => {
    // Whoever changed the draft meanwhile has another one to check.
    const moved = await query(
      `update apps.application set pending = $3, state = case when version = 0 then $3 else state end, updated_at = $4, revision = revision + 1
       where id = $1 and revision = $2 returning 1`,
      [row.id, row.revision, state, ctx.now],
    )
    if (moved.length === 0) throw stale(row.revision + 1)
    const kept = await query(
      `update apps.version set state = $3, checks = $4, checked_at = $5 where application_id = $1 and no = $2 and state in ('draft', 'checked') returning 1`,
      [row.id, version.no, state, JSON.stringify(lines), ctx.now],
    )
    if (kept.length === 0) throw wrongState('check', row)
  })
  return registered(ctx, row)
}
