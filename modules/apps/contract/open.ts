import { z } from 'zod'
import { defineApi, get } from '#kernel/contract'

/** The API for applications: a bearer token from the client credentials grant with the scope of the endpoint. */

const page = {
  cursor: z.string().max(200).optional(),
  limit: z.number().int().min(1).max(500).default(100),
}
export const OpenUnit = z.object({
  id: z.uuid(),
  parentId: z.uuid().nullable(),
  name: z.string(),
  shortName: z.string(),
  kind: z.string(),
  level: z.number().int(),
  creditCode: z.string().nullable(),
})
export type OpenUnit = z.infer<typeof OpenUnit>
/** A post of a person; fields that are not granted, or masked by a visibility rule, are null. */
export const OpenPost = z.object({
  personId: z.uuid(),
  postId: z.uuid(),
  name: z.string(),
  unitId: z.uuid(),
  postKind: z.string(),
  leader: z.boolean(),
  title: z.string().nullable(),
  phone: z.string().nullable(),
  mobile: z.string().nullable(),
  email: z.string().nullable(),
  room: z.string().nullable(),
})
export type OpenPost = z.infer<typeof OpenPost>

export const openApi = defineApi({
  openUnits: get('/api/open/directory/units', {
    summary: '应用读取单位',
    permission: 'apps:open-directory',
    audit: 'sensitive',
    input: z.object(page),
    output: z.object({ rows: z.array(OpenUnit), next: z.string().nullable() }),
  }),
  openPeople: get('/api/open/directory/people', {
    summary: '应用读取人员',
    permission: 'apps:open-directory',
    label: 'personal',
    audit: 'sensitive',
    /** `unitId`: this unit and everything below it, as far as the grant reaches */
    input: z.object({ ...page, unitId: z.uuid().optional() }),
    output: z.object({ rows: z.array(OpenPost), next: z.string().nullable() }),
  }),
})
