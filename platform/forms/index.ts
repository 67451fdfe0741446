import { defineModule, on } from '#kernel/module'
import { filesRemoved, formsApi } from './contract.ts'
import { draftJobs } from './server/drafts.ts'
import { sealedColumns } from './server/sealed.ts'
import { handlers } from './server/service.ts'

export { accessTo, EVERYTHING } from './core/access.ts'
export { checkForm } from './core/check.ts'
export { evaluate } from './core/evaluate.ts'
export { readValue, sayValue } from './core/kinds.ts'
export { project, reduce } from './core/project.ts'
export { checkReach, currentForm, type Form, formById, publishForm } from './server/forms.ts'
export { type RecordKeeper, type Reference, registerKeeper } from './server/keeper.ts'
export { historyOf, registerRecords } from './server/owners.ts'
export {
  type By,
  blankForm,
  type FormsTx,
  openRecord,
  type Prepared,
  prepareOpen,
  prepareSave,
  readRecord,
  removeRecord,
  saveRecord,
} from './server/records.ts'

export const forms = defineModule({
  name: 'forms',
  title: '表单',
  dependsOn: ['calendar', 'directory'],
  reads: ['directory'],
  folder: import.meta.dirname,
  api: formsApi,
  handlers,
  permissions: [
    { name: 'forms:fill', title: '填写表单', roles: ['clerk'] },
    { name: 'forms:define', title: '定义表单', roles: ['unit-admin'] },
  ],
  events: [filesRemoved],
  on: [
    on(filesRemoved, 'forms.remove-files', async ({ kernel }, { fileIds }) => {
      for (const id of fileIds) await kernel.files.remove(id)
    }),
  ],
  jobs: draftJobs,
  sealed: sealedColumns,
})
