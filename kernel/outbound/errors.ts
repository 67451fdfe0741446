import { AppError } from '#kernel/errors'

const DETAILS = {
  'outbound.bad-url': '外部地址的格式不正确（只支持不含用户名和密码的 http、https 地址），请修改后重试。',
  'outbound.not-allowed': '外部地址不在允许访问的名单内，请联系系统管理员把它的主机、端口和协议加入名单。',
  'outbound.address-denied':
    '外部地址指向内部网络或保留地址，已拒绝访问；确需访问内网的，请系统管理员为该主机登记内网网段。',
  'outbound.dns-failed': '外部地址的域名无法解析，请检查域名是否正确、服务器的域名解析是否可用。',
  'outbound.timeout': '外部系统没有在限定时间内答复，请稍后重试；多次出现时请联系对方系统的管理员。',
  'outbound.too-large': '外部系统返回的内容超过大小上限，已停止接收，请缩小查询范围或联系系统管理员。',
  'outbound.too-many-redirects': '外部系统跳转次数过多，已停止访问，请改用最终地址。',
  'outbound.redirect-denied': '外部系统要求把提交的内容转交给另一个主机，已拒绝，请改用最终地址。',
  'outbound.bad-response': '外部系统返回的内容不完整或编码无法识别，请联系对方系统的管理员。',
  'outbound.failed': '无法与外部系统建立连接，请检查网络和对方系统是否可用，稍后重试。',
}

// What the caller gave is at fault, or the other side is.
const STATUS: Partial<Record<OutboundErrorCode, number>> = {
  'outbound.bad-url': 400,
  'outbound.not-allowed': 403,
  'outbound.address-denied': 403,
  'outbound.timeout': 504,
}

export type OutboundErrorCode = keyof typeof DETAILS

/** Why a request did not leave or its answer was not taken. The message names the host at most: the rest of a URL may hold secrets. */
export class OutboundError extends AppError {
  override readonly name = 'OutboundError'
  constructor(code: OutboundErrorCode, { host, cause }: { host?: string; cause?: unknown } = {}) {
    super(STATUS[code] ?? 502, code, host ? `${DETAILS[code]}（${host}）` : DETAILS[code])
    this.cause = cause
  }
}
