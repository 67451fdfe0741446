import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import {
  type FormEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useEffectEvent,
  useId,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react'
import { ApiError, apiQuery } from '#kernel/web'
import { Await, format, useLeaveGuard } from '#ui'
import type { Draft, Json, FormView as View } from '../contract.ts'
import { formsClient } from './client.ts'
import { FieldView } from './FieldView.tsx'
import { Summary } from './Summary.tsx'
import { createFormStore, draftOf, type FormStore } from './store.ts'
import { type DraftKey, useDraft } from './use-draft.ts'
import { type FormContext, FormScope, useGroups } from './use-form.ts'
import './forms.css'

/** The form in the hands of a page whose own buttons hand it in. */
export interface FormHandle {
  /** tells what is wrong and answers null, or what to hand in */
  check(): Record<string, Json> | null
  /** what the server said of it, beside the fields */
  refuse(error: ApiError): void
  /** it went through: the draft goes */
  done(): Promise<void>
}

export interface FormViewProps {
  /** what the server answered: definition, access and what is filled in so far */
  view: View
  draft: DraftKey
  /** without it the page around hands in, by the handle */
  submitLabel?: string
  /** hands in; throws the `ApiError`, whose problems then stand beside their fields */
  onSubmit?: (given: Record<string, Json>) => Promise<unknown>
  /** after it went through and the draft is gone */
  onDone?: () => void
  handle?: RefObject<FormHandle | null>
  /** beside the main button */
  secondary?: ReactNode
  /** where a file of the record is read, when there is a record */
  recordId?: string
}

/** A form to fill in: visibility, formulas and problems live, a draft kept on the server, the same rules as there. */
export function FormView(props: FormViewProps) {
  const { purpose, reference } = props.draft
  // What stood there when the page was opened; later savings are this page's own.
  const query = useQuery({
    ...apiQuery(formsClient.draftOf, { purpose, reference }),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })
  const [found, setFound] = useState<{ draft: Draft | null }>()
  if (!found && query.isFetchedAfterMount && query.data) setFound(query.data)
  if (!found) return <Await query={query}>{() => null}</Await>
  return (
    <Open
      key={found.draft?.revision ?? 0}
      {...props}
      found={found.draft}
      reread={() => void query.refetch().then(({ data }) => data && setFound(data))}
    />
  )
}

interface OpenProps extends FormViewProps {
  found: Draft | null
  reread: () => void
}
function Open(props: OpenProps) {
  const { view, found, reread, submitLabel, onSubmit, onDone, secondary, recordId } = props
  const prefix = useId()
  const [store] = useState(() => openStore(view, found))
  const draft = useDraft(store, props.draft, found)
  const [tries, setTries] = useState(0)
  const [failure, setFailure] = useState<ApiError>()
  const [busy, setBusy] = useState(false)
  const [done, setDone] = useState(false)
  const guard = useLeaveGuard(draft.unsaved && !done, '最后几秒填写的内容还没有存成草稿。')
  const finished = useEffectEvent(() => onDone?.())
  useEffect(() => {
    // in an effect, so that the leave-guard has already stood down
    if (done) finished()
  }, [done])
  const draftId = useRef(draft.id)
  draftId.current = draft.id
  const scope = useMemo(
    () => scopeOf(store, view.formId, prefix, () => draftId.current(), recordId),
    [store, view.formId, prefix, recordId],
  )
  const check = (): Record<string, Json> | null => {
    setFailure(undefined)
    const given = store.check()
    if (!given) setTries((old) => old + 1)
    return given
  }
  const refuse = (error: ApiError): void => {
    store.refuse(error.errors)
    setFailure(error)
    setTries((old) => old + 1)
  }
  useImperativeHandle(props.handle, () => ({ check, refuse, done: draft.drop }))
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const given = onSubmit && check()
    if (!given) return
    setBusy(true)
    try {
      await onSubmit(given)
      await draft.drop()
      setDone(true)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      refuse(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <FormScope value={scope}>
      <form className="qt-form fm-form" onSubmit={(event) => void submit(event)} noValidate>
        {guard}
        <DraftNotes draft={draft} found={found} reread={reread} startAnew={() => store.replace(view.data)} />
        <Summary tries={tries} failure={failure} />
        <Groups store={store} />
        {submitLabel ? (
          <div className="qt-formfoot">
            <Button type="primary" size="large" htmlType="submit" loading={busy}>
              {submitLabel}
            </Button>
            {secondary}
            <DraftSaid said={draft.said} />
          </div>
        ) : (
          <DraftSaid said={draft.said} />
        )}
      </form>
    </FormScope>
  )
}

const DraftSaid = ({ said }: { said: string }) => (
  <span className="qt-tiny qt-quiet" role="status">
    {said}
  </span>
)

interface NotesProps {
  draft: ReturnType<typeof useDraft>
  found: Draft | null
  reread: () => void
  startAnew: () => void
}
/** Where what stands in the form comes from: an earlier draft, or another device that went on meanwhile. */
function DraftNotes({ draft, found, reread, startAnew }: NotesProps) {
  const [restored, setRestored] = useState(found !== null)
  return (
    <>
      {restored && found && (
        <p className="qt-draftnote" role="status">
          已恢复 {format.moment(found.savedAt)} 保存的草稿。
          <button
            type="button"
            className="qt-plain link"
            onClick={() => {
              startAnew()
              setRestored(false)
              void draft.drop()
            }}
          >
            放弃草稿
          </button>
        </p>
      )}
      {draft.elsewhere && (
        <div className="qt-draftnote fm-elsewhere" role="alert">
          <span>这份草稿 {format.moment(draft.elsewhere.savedAt)} 在另一台设备或另一个窗口里改过。</span>
          <Button size="small" onClick={reread}>
            用那一份
          </Button>
          <Button size="small" onClick={draft.overwrite}>
            用这一份
          </Button>
        </div>
      )}
    </>
  )
}

/** A draft fills in what may still be written; what has become read-only since is the record's. */
const openStore = ({ definition, access, data, person }: View, found: Draft | null): FormStore =>
  createFormStore({
    definition,
    access,
    person,
    before: data,
    data: { ...data, ...(found && draftOf(definition, access, found.data)) },
  })

const scopeOf = (
  store: FormStore,
  formId: string,
  prefix: string,
  draftId: () => Promise<string>,
  recordId: string | undefined,
): FormContext => {
  const fresh = new Map<string, string>()
  return {
    store,
    formId,
    prefix,
    async upload(file, signal) {
      const id = await draftId()
      const sent = await formsClient.attach({ id }, { file, signal })
      fresh.set(sent.id, formsClient.draftFile.url({ id, fileId: sent.id }))
      return sent
    },
    fileUrl: (fileId) =>
      fresh.get(fileId) ?? (recordId ? formsClient.recordFile.url({ id: recordId, fileId }) : undefined),
  }
}

function Groups({ store }: { store: FormStore }) {
  const shown = useGroups()
  return store.definition.groups.map((group, at) =>
    shown[at] && group.fields.length > 0 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: groups of a published form do not move
      <fieldset key={at}>
        <legend>{group.title}</legend>
        {group.sentence && <p className="qt-second">{group.sentence}</p>}
        <div className="qt-fields fm-fields">
          {group.fields.map((field) => (
            <FieldView key={field.key} field={field} />
          ))}
        </div>
      </fieldset>
    ) : null,
  )
}
