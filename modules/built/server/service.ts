import { z } from 'zod'
import type { Ctx, Handlers } from '#kernel/module'
import { AppDefinition, type builtApi } from '../contract.ts'
import { checkApp } from '../core/check.ts'
import { app, apps } from './apps.ts'
import { changes, createApp, definition, definitions, publish, saveDraft, sendBack, submit } from './define.ts'
import { exportRecords } from './export.ts'
import { forgetReached, liveApp } from './live.ts'
import { openapiOf } from './openapi.ts'
import { blank, create, createMany, history, list, read, remove, restore, save } from './records.ts'

/** A column or table that was renamed since this process looked which version is in force. */
const isMoved = (error: unknown): boolean => ['42703', '42P01'].includes((error as { code?: string }).code ?? '')

/** A read is done again with the version that is in force now. */
const reading =
  <I, O>(work: (ctx: Ctx, input: I) => Promise<O>) =>
  async (ctx: Ctx, input: I): Promise<O> => {
    try {
      return await work(ctx, input)
    } catch (error) {
      if (!isMoved(error)) throw error
      forgetReached(ctx.kernel)
      return work(ctx, input)
    }
  }
/** A command is begun again as a whole by the kernel, which does so for what could not be put in order (40001). */
const writing =
  <I, O>(work: (ctx: Ctx, input: I) => Promise<O>) =>
  async (ctx: Ctx, input: I): Promise<O> => {
    try {
      return await work(ctx, input)
    } catch (error) {
      if (!isMoved(error)) throw error
      forgetReached(ctx.kernel)
      throw Object.assign(new Error('the application changed its version', { cause: error }), { code: '40001' })
    }
  }

export const handlers: Handlers<typeof builtApi> = {
  apps,
  app,
  openapi: async (ctx, { app: key }) => openapiOf(ctx, await liveApp(ctx, key)),
  list: reading(list),
  exportRecords: reading(exportRecords),
  blank: reading(blank),
  create: writing(create),
  createMany: writing(createMany),
  read: reading(read),
  save: writing(save),
  remove: writing(remove),
  history: reading(history),
  restore: writing(restore),
  schema: async () => z.toJSONSchema(AppDefinition, { io: 'input' }) as Record<string, z.core.util.JSONType>,
  definitions,
  definition,
  check: async (_ctx, { definition: given }) => ({ faults: [...checkApp(given).faults] }),
  createApp,
  saveDraft,
  changes,
  submit,
  sendBack,
  publish,
}
