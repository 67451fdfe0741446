export {
  type Draft,
  type DraftRow,
  type FormRow,
  FormView,
  filesRemoved,
  formsApi,
  RecordView,
} from './contract/api.ts'
export { Access, Data, Filler, FormFile, type Json, Problem, ROW } from './contract/data.ts'
export { type Field, FormDefinition } from './contract/definition.ts'
