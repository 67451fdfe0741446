import { useEffect, useEffectEvent, useState } from 'react'
import { ApiError } from '#kernel/web'
import { format } from '#ui'
import type { Draft } from '../contract.ts'
import { formsClient } from './client.ts'
import { draftOf, type FormStore } from './store.ts'

/** Which draft of a person this form is: one of each purpose and reference. */
export interface DraftKey {
  purpose: string
  reference: string
  title: string
  /** the page on which one goes on */
  path: string
}

const PAUSE_MS = 1500
const RETRY_MS = 10_000

interface Elsewhere {
  revision: number
  savedAt: string
}

/** Writes one draft, one saving after the other, each from the revision the one before came to. */
class DraftWriter {
  readonly #store: FormStore
  readonly #key: DraftKey
  #id: string
  #revision: number
  #data: unknown
  #last: Promise<unknown> = Promise.resolve()

  constructor(store: FormStore, key: DraftKey, found: Draft | null) {
    this.#store = store
    this.#key = key
    this.#id = found?.id ?? ''
    this.#revision = found?.revision ?? 0
    this.#data = store.get().data
  }
  get isBehind(): boolean {
    return this.#store.get().data !== this.#data
  }
  /** Answers when it was saved; null where there was nothing to save. */
  save(): Promise<string | null> {
    const next = this.#last.catch(() => undefined).then(() => this.#write())
    this.#last = next
    return next
  }
  async #write(): Promise<string | null> {
    const { definition, access, get } = this.#store
    const { data } = get()
    if (this.#id && this.#data === data) return null
    const kept = draftOf(definition, access, data)
    const saved = await formsClient.saveDraft({ ...this.#key, revision: this.#revision, data: kept })
    this.#id = saved.id
    this.#revision = saved.revision
    this.#data = data
    return saved.savedAt
  }
  async id(): Promise<string> {
    if (!this.#id) await this.save()
    return this.#id
  }
  /** the next saving goes over this revision of another window */
  over(revision: number): void {
    this.#revision = revision
  }
  async drop(): Promise<void> {
    await this.#last.catch(() => undefined)
    const id = this.#id
    this.#id = ''
    this.#revision = 0
    this.#data = this.#store.get().data
    // The form went through; a draft that could not be removed is only one too many.
    if (id) await formsClient.removeDraft({ id }).catch(() => undefined)
  }
}

const faultOf = (error: unknown): string =>
  error instanceof ApiError && error.code !== 'offline'
    ? `草稿没有保存：${error.detail}`
    : '草稿还没有保存，连上网络后会再试'

/** Keeps what is filled in as a draft on the server, some time after each change, and says when. */
export function useDraft(store: FormStore, key: DraftKey, found: Draft | null) {
  const [writer] = useState(() => new DraftWriter(store, key, found))
  const [said, setSaid] = useState('')
  const [elsewhere, setElsewhere] = useState<Elsewhere>()
  const [unsaved, setUnsaved] = useState(false)
  const save = async (): Promise<void> => {
    try {
      const savedAt = await writer.save()
      setUnsaved(writer.isBehind)
      if (savedAt) setSaid(`草稿已自动保存 ${format.time(savedAt)}`)
    } catch (error) {
      if (error instanceof ApiError && error.code === 'draft-elsewhere')
        setElsewhere(error.extra as unknown as Elsewhere)
      else setSaid(faultOf(error))
    }
  }
  const autosave = useEffectEvent(() => void save())
  useEffect(() => {
    if (elsewhere) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let last = store.get().data
    const stop = store.watch(() => {
      const { data } = store.get()
      if (data === last) return
      last = data
      setUnsaved(true)
      clearTimeout(timer)
      timer = setTimeout(autosave, PAUSE_MS)
    })
    const again = setInterval(() => writer.isBehind && autosave(), RETRY_MS)
    return () => {
      stop()
      clearTimeout(timer)
      clearInterval(again)
    }
  }, [store, writer, elsewhere])
  return {
    said,
    unsaved,
    elsewhere,
    /** the draft's id; it is made now where there is none */
    id: () => writer.id(),
    /** this window's version goes over the other one */
    overwrite() {
      if (!elsewhere) return
      writer.over(elsewhere.revision)
      setElsewhere(undefined)
      void save()
    },
    async drop(): Promise<void> {
      await writer.drop()
      setUnsaved(false)
      setSaid('')
    },
  }
}
