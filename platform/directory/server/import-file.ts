import { uploadedTables } from '#platform/transfer'

export const {
  keep: keepFile,
  withTable,
  removeCopies,
} = uploadedTables({
  folder: 'imports',
  bound: 'directory.import.file',
})
