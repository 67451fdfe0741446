import { webModule as apps } from '#modules/apps/web'
import { webModule as built } from '#modules/built/web'
import { webModule as matters } from '#modules/matters/web'
import { webModule as notice } from '#modules/notice/web'
import { webModule as workbench } from '#modules/workbench/web'
import { webModule as access } from '#platform/access/web'
import { webModule as audit } from '#platform/audit/web'
import { webModule as calendar } from '#platform/calendar/web'
import { webModule as certificates } from '#platform/certificates/web'
import { webModule as directory } from '#platform/directory/web'
import { webModule as feedback } from '#platform/feedback/web'
import { webModule as forms } from '#platform/forms/web'
import { webModule as identity } from '#platform/identity/web'
import { webModule as keys } from '#platform/keys/web'
import { webModule as tasks } from '#platform/tasks/web'
import { webModule as workflow } from '#platform/workflow/web'
import type { WebModule } from '#ui'

/** The browser side of every service and module, in the order of the menu's ties. */
export const modules: readonly WebModule[] = [
  apps,
  built,
  matters,
  notice,
  directory,
  tasks,
  workflow,
  workbench,
  calendar,
  feedback,
  forms,
  identity,
  audit,
  access,
  keys,
  certificates,
]
