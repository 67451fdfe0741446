import { z } from 'zod'
import { MOST } from './definition.ts'

/** JSON as `z.json()` has it. */
export type Json = z.infer<ReturnType<typeof z.json>>

/** What is filled in, by key. A key that is absent was never touched; null was emptied by somebody. */
export type Data = Readonly<Record<string, Json>>
export const Data = z
  .record(z.string().max(40), z.json())
  .refine((data) => JSON.stringify(data).length <= MOST.data, '填写的内容太长，最多 512 kB。请删减，或改用附件。')

/** The key under which a row of a sub-table carries its own name; no field can be called so. */
export const ROW = '#'

const AccessLevel = z.enum(['hide', 'read', 'write', 'required'])
export type AccessLevel = z.infer<typeof AccessLevel>

/**
 * What may be done with each field, as a step of a process says it. A column of a sub-table is named `明细.金额`, and is what its sub-table is
 * where it is not named. What is not named at all is `rest`.
 */
export const Access = z.object({ rest: AccessLevel, fields: z.record(z.string().max(100), AccessLevel) })
export type Access = z.infer<typeof Access>

/** Whom a form is filled in for: what expressions call 填报人. */
export const Filler = z.object({ personId: z.string(), name: z.string(), unitName: z.string() })
export type Filler = z.infer<typeof Filler>

export const Problem = z.object({
  /** `金额`, `明细.0.金额` */
  path: z.string(),
  message: z.string(),
})
export type Problem = z.infer<typeof Problem>

/** An attachment as a field holds it. */
export const FormFile = z.object({
  id: z.uuid(),
  name: z.string(),
  mediaType: z.string(),
  /** bytes */
  size: z.number().int(),
})
export type FormFile = z.infer<typeof FormFile>
