import { z } from 'zod'
import { defineApi, Empty, get, Id, Moment, patch, post } from '#kernel/contract'
import { UnitRef } from './browse.ts'

/** A personnel system that keeps people and units of one subtree through SCIM 2.0 (RFC 7644) at `/api/scim/v2`. */
export const ScimClient = z.object({
  id: z.uuid(),
  title: z.string(),
  unit: UnitRef,
  enabled: z.boolean(),
  /** people and fields that rules of visibility keep from others are open to this client */
  readsProtected: z.boolean(),
  lastUsedAt: Moment.nullable(),
  createdAt: Moment,
})
export type ScimClient = z.infer<typeof ScimClient>

const permission = 'directory:scim'
export const scimApi = defineApi({
  scimClients: get('/api/directory/scim/clients', {
    summary: 'SCIM 客户端',
    permission,
    input: Empty,
    output: z.object({ rows: z.array(ScimClient) }),
  }),
  /** the token is shown this once: only its hash is kept */
  createScimClient: post('/api/directory/scim/clients', {
    summary: '登记 SCIM 客户端',
    permission,
    stepUp: true,
    once: true,
    label: 'secret',
    input: z.object({
      title: z.string().trim().min(1, '请填写名称。').max(100),
      unitId: z.uuid(),
      readsProtected: z.boolean().default(false),
    }),
    output: z.object({ client: ScimClient, token: z.string() }),
  }),
  enableScimClient: patch('/api/directory/scim/clients/:id', {
    summary: '启用或停用 SCIM 客户端',
    permission,
    stepUp: true,
    input: Id.extend({ enabled: z.boolean() }),
    output: ScimClient,
  }),
})
