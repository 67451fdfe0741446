import { Button } from 'antd'
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react'
import type SignaturePad from 'signature_pad'
import { Icon } from '#ui'
import type { Ink, Strokes } from '../../contract.ts'
import { groupsOf, inkOf, openPad } from './ink.ts'
import './opinion.css'

export interface PadHandle {
  /** undefined: nothing is written */
  read: () => Ink | undefined
}
interface Props {
  handle: Ref<PadHandle>
  label: string
  /** strokes to begin with, and those that 用我的签名 puts there */
  start?: Strokes
  saved?: Strokes
  onChange?: (isEmpty: boolean) => void
}

/** A field to write on by hand, pen or mouse. */
export function InkPad({ handle, label, start, saved, onChange }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const pad = useRef<SignaturePad>(null)
  const [empty, setEmpty] = useState(true)
  const tell = () => {
    const now = pad.current?.isEmpty() ?? true
    setEmpty(now)
    onChange?.(now)
  }
  const put = (strokes: Strokes) => {
    const field = canvas.current
    if (field) pad.current?.fromData(groupsOf(strokes, { width: field.offsetWidth, height: field.offsetHeight }))
    tell()
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the pad is made once for the canvas
  useEffect(() => {
    const field = canvas.current
    if (!field) return
    let gone = false
    void openPad(field).then((made) => {
      if (gone) return made.off()
      pad.current = made
      made.addEventListener('endStroke', tell)
      if (start) put(start)
    })
    return () => {
      gone = true
      pad.current?.off()
    }
  }, [])
  useImperativeHandle(handle, () => ({
    read: () => (pad.current && !pad.current.isEmpty() ? inkOf(pad.current, canvas.current!) : undefined),
  }))
  const undo = () => {
    pad.current?.fromData(pad.current.toData().slice(0, -1))
    tell()
  }
  const clear = () => {
    pad.current?.clear()
    tell()
  }
  return (
    <div className="op-pad">
      <canvas ref={canvas} role="img" aria-label={label} />
      {empty && <span className="hint">在这里写，手指、笔、鼠标都可以</span>}
      <div className="tools">
        <Button size="small" disabled={empty} icon={<Icon name="undo" size={16} />} onClick={undo}>
          撤一笔
        </Button>
        <Button size="small" disabled={empty} onClick={clear}>
          清空
        </Button>
        <span className="qt-grow" />
        {saved && (
          <Button size="small" onClick={() => put(saved)}>
            用我的签名
          </Button>
        )}
      </div>
    </div>
  )
}
