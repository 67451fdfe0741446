import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { type FormEvent, type ReactNode, useEffect, useEffectEvent, useId, useMemo, useRef, useState } from 'react'
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

export interface FormViewProps<A> {
  /** what the server answered: definition, access and what is filled in so far */
  view: View
  draft: DraftKey
  submitLabel: string
  /** hands in; throws the `ApiError`, whose problems then stand beside their fields */
  onSubmit: (given: Record<string, Json>) => Promise<A>
  onDone?: (answer: A) => void
  /** beside the main button */
  secondary?: ReactNode
  /** where a file of the record is read, when there is a record */
  recordId?: string
}

/** A form to fill in: visibility, formulas and problems live, a draft kept on the server, the same rules as there. */
export function FormView<A>(props: FormViewProps<A>) {
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

interface OpenProps<A> extends FormViewProps<A> {
  found: Draft | null
  reread: () => void
}
function Open<A>({
  view,
  draft: key,
  found,
  reread,
  submitLabel,
  onSubmit,
  onDone,
  secondary,
  recordId,
}: OpenProps<A>) {
  const prefix = useId()
  const [store] = useState(() => openStore(view, found))
  const draft = useDraft(store, key, found)
  const [tries, setTries] = useState(0)
  const [failure, setFailure] = useState<ApiError>()
  const [busy, setBusy] = useState(false)
  const [done, setDone] = useState<{ answer: A }>()
  const [restored, setRestored] = useState(found !== null)
  const guard = useLeaveGuard(draft.unsaved && !done, '最后几秒填写的内容还没有存成草稿。')
  const finished = useEffectEvent((answer: A) => onDone?.(answer))
  useEffect(() => {
    // in an effect, so that the leave-guard has already stood down
    if (done) finished(done.answer)
  }, [done])
  const draftId = useRef(draft.id)
  draftId.current = draft.id
  const scope = useMemo(() => scopeOf(store, prefix, () => draftId.current(), recordId), [store, prefix, recordId])
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setFailure(undefined)
    const given = store.check()
    if (!given) return setTries((old) => old + 1)
    setBusy(true)
    try {
      const answer = await onSubmit(given)
      await draft.drop()
      setDone({ answer })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      store.refuse(error.errors)
      setFailure(error)
      setTries((old) => old + 1)
    } finally {
      setBusy(false)
    }
  }
  return (
    <FormScope value={scope}>
      <form className="qt-form fm-form" onSubmit={(event) => void submit(event)} noValidate>
        {guard}
        {restored && found && (
          <p className="qt-draftnote" role="status">
            已恢复 {format.moment(found.savedAt)} 保存的草稿。
            <button
              type="button"
              className="qt-plain link"
              onClick={() => {
                store.replace(view.data)
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
        <Summary tries={tries} failure={failure} />
        <Groups store={store} />
        <div className="qt-formfoot">
          <Button type="primary" size="large" htmlType="submit" loading={busy}>
            {submitLabel}
          </Button>
          {secondary}
          <span className="qt-tiny qt-quiet" role="status">
            {draft.said}
          </span>
        </div>
      </form>
    </FormScope>
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
  prefix: string,
  draftId: () => Promise<string>,
  recordId: string | undefined,
): FormContext => {
  const fresh = new Map<string, string>()
  return {
    store,
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
