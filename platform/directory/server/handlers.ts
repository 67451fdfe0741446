import type { Handlers } from '#kernel/module'
import type { browseApi } from '../contract/browse.ts'
import type { visibilityApi } from '../contract/visibility.ts'
import { adminHandlers, booksHandlers, historyHandlers } from './admin.ts'
import { children, root, unit } from './browse.ts'
import { explain } from './explain.ts'
import { addFavourite, favourites, removeFavourite } from './favourites.ts'
import { people, person } from './people.ts'
import { scimHandlers } from './scim-clients.ts'
import { search } from './search.ts'
import { structureHandlers } from './structure.ts'
import { syncHandlers } from './sync.ts'
import { transferHandlers } from './transfer.ts'
import { vcard } from './vcard.ts'
import { createRule, deleteRule, enableRule, previewRule, rule, rules, updateRule } from './visibility.ts'

const browseHandlers: Handlers<typeof browseApi> = {
  root,
  children,
  unit,
  people,
  person,
  vcard,
  search,
  explain,
  favourites,
  addFavourite,
  removeFavourite,
}
const visibilityHandlers: Handlers<typeof visibilityApi> = {
  rules,
  rule,
  createRule,
  updateRule,
  enableRule,
  deleteRule,
  previewRule,
}

export const handlers = {
  ...adminHandlers,
  ...booksHandlers,
  ...browseHandlers,
  ...historyHandlers,
  ...scimHandlers,
  ...structureHandlers,
  ...syncHandlers,
  ...transferHandlers,
  ...visibilityHandlers,
}
