import type { ModuleDef } from '#kernel/module'
import { apps } from '#modules/apps'
import { built } from '#modules/built'
import { matters } from '#modules/matters'
import { notice } from '#modules/notice'
import { workbench } from '#modules/workbench'
import { access } from '#platform/access'
import { audit } from '#platform/audit'
import { calendar } from '#platform/calendar'
import { certificates } from '#platform/certificates'
import { directory } from '#platform/directory'
import { feedback } from '#platform/feedback'
import { forms } from '#platform/forms'
import { identity } from '#platform/identity'
import { keys } from '#platform/keys'
import { search } from '#platform/search'
import { tasks } from '#platform/tasks'
import { workflow } from '#platform/workflow'

/** Everything one server process is made of. Order does not matter: `dependsOn` decides. */
export const modules: readonly ModuleDef[] = [
  access,
  audit,
  apps,
  built,
  calendar,
  certificates,
  directory,
  feedback,
  forms,
  identity,
  keys,
  matters,
  notice,
  search,
  tasks,
  workbench,
  workflow,
]
