import { Button, Input } from 'antd'
import { useId, useRef, useState } from 'react'
import { searchPeople } from '#platform/directory/web'
import { format, Icon, PersonPicker, toast } from '#ui'
import { OPINION_FILE_BYTES, OPINION_FILES } from '../../contract.ts'
import { type OpinionDraft, withPhrase } from './draft.ts'
import { InkDialog } from './InkDialog.tsx'
import { Phrases } from './Phrases.tsx'
import { useOpinion } from './use-opinion.ts'
import './opinion.css'

interface Props {
  value: OpinionDraft
  onChange: (change: (old: OpinionDraft) => OpinionDraft) => void
  /** what the field is called, for eyes and screen readers: 意见, 说明 */
  label: string
  placeholder: string
  /** what is wrong, under the field */
  fault?: string
  /** the text goes to another system, which takes text alone */
  textOnly?: boolean
}

/** 意见: text with the person's own phrases, handwriting, attachments, and whom it mentions. */
export function OpinionBox({ value, onChange, label, placeholder, fault, textOnly = false }: Props) {
  const [writing, setWriting] = useState(false)
  const { busy, attach, detach, write } = useOpinion(value, onChange)
  const files = useRef<HTMLInputElement>(null)
  const mentionId = useId()
  const add = async (list: FileList | null) => {
    for (const file of list ?? [])
      if (file.size > OPINION_FILE_BYTES)
        toast.failed(`“${file.name}”超过 ${format.bytes(OPINION_FILE_BYTES)}，没有加入。`)
      // the command has told why a file was not taken; the others go on
      else await attach(file).catch(() => undefined)
    if (files.current) files.current.value = ''
  }
  return (
    <div className="op-box">
      <Input.TextArea
        aria-label={label}
        placeholder={placeholder}
        autoSize={{ minRows: 1, maxRows: 6 }}
        maxLength={2000}
        value={value.text}
        status={fault ? 'error' : undefined}
        onChange={({ target }) => onChange((old) => ({ ...old, text: target.value }))}
      />
      {fault && (
        <p role="alert" className="qt-fault">
          {fault}
        </p>
      )}
      {!textOnly && (
        <>
          <div className="tools">
            <Button size="small" type="text" icon={<Icon name="edit" size={16} />} onClick={() => setWriting(true)}>
              手写
            </Button>
            <Button
              size="small"
              type="text"
              loading={busy}
              disabled={value.files.length >= OPINION_FILES}
              icon={<Icon name="attachment" size={16} />}
              onClick={() => files.current?.click()}
            >
              附件
            </Button>
            <input ref={files} hidden multiple type="file" onChange={({ target }) => void add(target.files)} />
            <span className="mention">
              <label id={`${mentionId}-label`} htmlFor={mentionId}>
                提到
              </label>
              <PersonPicker
                control={{ id: mentionId }}
                multiple
                value={value.mentions}
                search={searchPeople}
                onChange={(mentions) => onChange((old) => ({ ...old, mentions }))}
              />
            </span>
          </div>
          <Extras value={value} detach={detach} unwrite={() => write(null)} />
        </>
      )}
      <Phrases onChoose={(phrase) => onChange((old) => ({ ...old, text: withPhrase(old.text, phrase) }))} />
      {writing && <InkDialog close={() => setWriting(false)} onWritten={write} />}
    </div>
  )
}

function Extras({
  value,
  detach,
  unwrite,
}: {
  value: OpinionDraft
  detach: (file: OpinionDraft['files'][number]) => Promise<unknown>
  unwrite: () => Promise<unknown>
}) {
  if (!value.handwritten && value.files.length === 0) return null
  const ignore = () => undefined
  return (
    <ul className="op-extras">
      {value.handwritten && (
        <li>
          <Icon name="edit" size={16} />
          <span className="qt-grow">已手写</span>
          <button type="button" className="qt-ib" aria-label="去掉手写" onClick={() => void unwrite().catch(ignore)}>
            <Icon name="close" size={16} />
          </button>
        </li>
      )}
      {value.files.map((file) => (
        <li key={file.id}>
          <Icon name="attachment" size={16} />
          <span className="qt-grow qt-ellipsis">{file.name}</span>
          <span className="qt-tiny qt-quiet">{format.bytes(file.size)}</span>
          <button
            type="button"
            className="qt-ib"
            aria-label={`移除${file.name}`}
            onClick={() => void detach(file).catch(ignore)}
          >
            <Icon name="close" size={16} />
          </button>
        </li>
      ))}
    </ul>
  )
}
