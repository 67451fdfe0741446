import { Button } from 'antd'
import { useRef, useState } from 'react'
import { bytes } from '../format.ts'
import { Icon } from '../Icon.tsx'
import { usePhone } from '../preferences.ts'
import { useStore } from '../store.ts'
import { type Upload, uploads } from '../upload.ts'
import type { ControlProps } from './Field.tsx'
import type { FormField } from './types.ts'

interface Props {
  field: Extract<FormField, { kind: 'files' }>
  value: readonly File[]
  onChange: (value: File[]) => void
  control: ControlProps
}

/** Files from the disk, by dropping, or from the phone's camera; sent when the form is submitted. */
export function FilesField({ field, value, onChange, control }: Props) {
  const { accept, most = 20, maxBytes = 100 * 1024 * 1024, camera } = field
  const input = useRef<HTMLInputElement>(null)
  const [refused, setRefused] = useState('')
  const sending = useStore(uploads)
  const phone = usePhone()
  const add = (files: FileList | null) => {
    const all = [...(files ?? [])]
    const tooBig = all.filter((file) => file.size > maxBytes)
    const fits = all.filter((file) => file.size <= maxBytes && file.size > 0)
    const next = [...value, ...fits].slice(0, most)
    const said = [
      ...tooBig.map((file) => `“${file.name}”超过 ${bytes(maxBytes)}，没有加入`),
      ...all.filter((file) => file.size === 0).map((file) => `“${file.name}”是空文件，没有加入`),
      ...(value.length + fits.length > most ? [`最多 ${most} 个文件，多出的没有加入`] : []),
    ]
    setRefused(said.join('；'))
    onChange(next)
    if (input.current) input.current.value = ''
  }
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
        {value.map((file, at) => (
          <li key={`${file.name}-${file.size}-${file.lastModified}`}>
            <Icon name="attachment" size={16} />
            <span className="qt-grow qt-ellipsis">{file.name}</span>
            <Progress file={file} upload={sending.get(file)} />
            <button
              type="button"
              className="qt-ib"
              aria-label={`移除${file.name}`}
              disabled={sending.get(file)?.state === 'sending'}
              onClick={() => onChange(value.filter((_, other) => other !== at))}
            >
              <Icon name="close" size={16} />
            </button>
          </li>
        ))}
      </ul>
      <input
        ref={input}
        hidden
        type="file"
        multiple={most > 1}
        accept={accept}
        capture={camera ? 'environment' : undefined}
        onChange={(event) => add(event.target.files)}
      />
      <Button
        id={control.id}
        aria-describedby={control['aria-describedby']}
        danger={control.status === 'error'}
        disabled={value.length >= most}
        icon={<Icon name="upload" size={16} />}
        onClick={() => input.current?.click()}
      >
        选择文件
      </Button>
      <span className="qt-tiny qt-quiet">
        {!phone && '也可以拖到这里，'}每个不超过 {bytes(maxBytes)}
      </span>
      <p className="qt-fault" role="status">
        {refused}
      </p>
    </div>
  )
}

/** The size; while it is sent how far it is, and a way to stop; then how it ended. Trying again is sending the form again. */
function Progress({ file, upload }: { file: File; upload: Upload | undefined }) {
  if (!upload) return <span className="qt-tiny qt-quiet">{bytes(file.size)}</span>
  if (upload.state === 'sent') return <span className="qt-tiny qt-quiet">已上传</span>
  if (upload.state === 'stopped') {
    return (
      <>
        <span className="qt-tiny stopped">没有传完</span>
        <Button size="small" htmlType="submit">
          重试
        </Button>
      </>
    )
  }
  return (
    <>
      <progress max={100} value={upload.percent} aria-label={`${file.name}的上传进度`} />
      <span className="qt-tiny qt-quiet qt-num">{upload.percent}%</span>
      <Button size="small" onClick={upload.cancel}>
        取消上传
      </Button>
    </>
  )
}
