import { z } from 'zod'
import { defineApi, Empty, get, Id, listInput, listOutput, Moment, post } from '#kernel/contract'
import { Category } from './content.ts'

export const MyApp = z.object({
  id: z.uuid(),
  name: z.string(),
  summary: z.string(),
  category: Category,
  unitId: z.uuid(),
  unitName: z.string(),
  desktopUrl: z.string().nullable(),
  phoneUrl: z.string().nullable(),
  hasIcon: z.boolean(),
  favourite: z.boolean(),
})
export type MyApp = z.infer<typeof MyApp>

export const AppCard = MyApp.extend({
  release: z.string(),
  /** the person in charge, as the directory shows them */
  contact: z.object({ personId: z.uuid(), name: z.string() }).nullable(),
  /** what it learns about whoever signs in, in words */
  learns: z.array(z.string()),
  consentedAt: Moment.nullable(),
})
export type AppCard = z.infer<typeof AppCard>

/** What a third-party application asks for, before the person agrees. */
export const Consent = z.object({
  uid: z.string(),
  name: z.string(),
  unitName: z.string(),
  learns: z.array(z.string()),
  returnHost: z.string(),
})
export type Consent = z.infer<typeof Consent>

const Uid = z.object({ uid: z.string().regex(/^[\w-]{20,60}$/, '这个链接不完整，请回到应用重新打开。') })

export const mineApi = defineApi({
  mine: get('/api/apps', {
    summary: '我的应用',
    permission: 'apps:use',
    input: listInput({
      category: Category.optional(),
      unitId: z.uuid().optional(),
      favourite: z.boolean().optional(),
      phone: z.boolean().optional(),
    }),
    output: listOutput(MyApp),
  }),
  owners: get('/api/apps/owners', {
    summary: '提供应用的单位',
    permission: 'apps:use',
    input: Empty,
    output: z.object({ rows: z.array(z.object({ id: z.uuid(), name: z.string(), count: z.number().int() })) }),
  }),
  card: get('/api/apps/:id', { summary: '应用介绍', permission: 'apps:use', input: Id, output: AppCard }),
  favour: post('/api/apps/:id/favourite', {
    summary: '收藏或取消收藏应用',
    permission: 'apps:use',
    input: Id.extend({ favourite: z.boolean() }),
    output: Empty,
  }),
  withdrawConsent: post('/api/apps/:id/consent/withdraw', {
    summary: '撤回对应用的同意',
    permission: 'apps:use',
    input: Id,
    output: Empty,
  }),
  oneTimeCode: post('/api/apps/:id/one-time-code', {
    summary: '免登：领取一次性授权码',
    permission: 'apps:use',
    label: 'secret',
    limit: { max: 30, seconds: 60 },
    input: Id,
    /** good for 60 seconds, once, for this application only; `url` is the phone entry with the code */
    output: z.object({ code: z.string(), url: z.string(), expiresIn: z.number().int() }),
  }),
  consent: get('/api/oidc/consents/:uid', {
    summary: '应用请求的授权',
    permission: 'signed-in',
    input: Uid,
    output: Consent,
  }),
  answerConsent: post('/api/oidc/consents/:uid', {
    summary: '同意或拒绝应用的授权请求',
    permission: 'signed-in',
    input: Uid.extend({ accept: z.boolean() }),
    /** where the browser goes on */
    output: z.object({ returnTo: z.string() }),
  }),
})
