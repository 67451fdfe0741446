import type { Handlers } from '#kernel/module'
import type { designingApi } from '../contract/designing.ts'
import { designHandlers } from './designs.ts'
import { draftHandlers } from './drafts.ts'
import { simulate } from './simulate.ts'
import { tracking } from './tracking.ts'

export const designing: Handlers<typeof designingApi> = { ...designHandlers, ...draftHandlers, simulate, tracking }
