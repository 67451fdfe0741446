import { Button } from 'antd'
import { useRef, useState } from 'react'
import { ApiError } from '#kernel/web'
import { format, Icon, usePhone, useUpload } from '#ui'
import type { FormFile, Json } from '../contract.ts'
import type { ControlOf } from './control-of.ts'
import { useForm } from './use-form.ts'

interface Sending {
  file: File
  stop: AbortController
  fault?: string
}

/** Attachments: sent as soon as they are chosen, so that handing in does not wait for them. */
export function Files({ field, value, control, onChange }: ControlOf<'file' | 'picture'>) {
  const form = useForm()
  const input = useRef<HTMLInputElement>(null)
  const [sending, setSending] = useState<readonly Sending[]>([])
  const phone = usePhone()
  const kept = Array.isArray(value) ? (value as FormFile[]) : []
  // Several are on their way at once: each adds itself to what is there when it has come.
  const latest = useRef(kept)
  latest.current = kept
  const most = field.most ?? 50
  const drop = (one: Sending) => setSending((old) => old.filter(({ file }) => file !== one.file))
  const send = async (one: Sending): Promise<void> => {
    setSending((old) => [...old.filter(({ file }) => file !== one.file), one])
    try {
      const sent = await form.upload(one.file, one.stop.signal)
      latest.current = [...latest.current, sent]
      onChange(latest.current as Json)
      drop(one)
    } catch (error) {
      if (one.stop.signal.aborted) return drop(one)
      const fault = error instanceof ApiError ? error.detail : '没有传上去，请重试。'
      setSending((old) => old.map((other) => (other.file === one.file ? { ...other, fault } : other)))
    }
  }
  const add = (files: FileList | null): void => {
    const room = most - kept.length - sending.length
    for (const file of [...(files ?? [])].slice(0, Math.max(0, room))) void send({ file, stop: new AbortController() })
    if (input.current) input.current.value = ''
  }
  const accept = field.type === 'picture' ? 'image/*' : field.endings?.map((ending) => `.${ending}`).join(',')
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short way; the button does the same by keyboard
    <div
      className="qt-files"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        add(event.dataTransfer.files)
      }}
    >
      <ul>
        {kept.map((file) => (
          <li key={file.id}>
            <Icon name="attachment" size={16} />
            <FileLink file={file} />
            <span className="qt-tiny qt-quiet">{format.bytes(file.size)}</span>
            <button
              type="button"
              className="qt-ib"
              aria-label={`移除${file.name}`}
              onClick={() => onChange(kept.filter(({ id }) => id !== file.id) as Json)}
            >
              <Icon name="close" size={16} />
            </button>
          </li>
        ))}
        {sending.map((one) => (
          <OnItsWay
            key={`${one.file.name}-${one.file.lastModified}`}
            one={one}
            retry={() => void send({ ...one, fault: undefined })}
            remove={() => drop(one)}
          />
        ))}
      </ul>
      <input
        ref={input}
        hidden
        type="file"
        multiple={most > 1}
        accept={accept}
        onChange={(event) => add(event.target.files)}
      />
      <Button
        id={control.id}
        aria-describedby={control['aria-describedby']}
        danger={control.status === 'error'}
        disabled={kept.length + sending.length >= most}
        icon={<Icon name="upload" size={16} />}
        onClick={() => input.current?.click()}
      >
        {field.type === 'picture' ? '选择图片' : '选择文件'}
      </Button>
      <span className="qt-tiny qt-quiet">
        {!phone && '也可以拖到这里，'}最多 {most} 个，每个不超过 100 MB
      </span>
    </div>
  )
}

function OnItsWay({ one, retry, remove }: { one: Sending; retry: () => void; remove: () => void }) {
  const upload = useUpload(one.file)
  const percent = upload?.state === 'sending' ? upload.percent : 0
  return (
    <li>
      <Icon name="attachment" size={16} />
      <span className="qt-grow qt-ellipsis">{one.file.name}</span>
      {one.fault ? (
        <>
          <span className="qt-tiny stopped" role="alert">
            {one.fault}
          </span>
          <Button size="small" onClick={retry}>
            重试
          </Button>
          <Button size="small" onClick={remove}>
            移除
          </Button>
        </>
      ) : (
        <>
          <progress max={100} value={percent} aria-label={`${one.file.name}的上传进度`} />
          <span className="qt-tiny qt-quiet qt-num">{percent}%</span>
          <Button size="small" onClick={() => one.stop.abort()}>
            取消上传
          </Button>
        </>
      )}
    </li>
  )
}

/** The name, as a link where there is something to open. */
export function FileLink({ file }: { file: FormFile }) {
  const url = useForm().fileUrl(file.id)
  return url ? (
    <a className="qt-grow qt-ellipsis fm-link" href={url}>
      {file.name}
    </a>
  ) : (
    <span className="qt-grow qt-ellipsis">{file.name}</span>
  )
}
