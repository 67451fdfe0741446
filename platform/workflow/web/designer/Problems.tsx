import { useState } from 'react'
import { Icon, Light, usePhone } from '#ui'
import type { Fault } from '../../contract/designing.ts'
import { plainly } from './plainly.ts'

interface Props {
  problems: readonly Fault[]
  warnings: readonly Fault[]
  onJump: (element: string) => void
}

/** 检查结果: everything that is wrong, each with the way to it; asked anew after every change. */
export function Problems({ problems, warnings, onJump }: Props) {
  // on the phone the drawing needs the room
  const [open, setOpen] = useState(!usePhone())
  const rows = [
    ...problems.map((fault) => ({ fault, state: 'over' as const, word: '错误', verb: '去修改' })),
    ...warnings.map((fault) => ({ fault, state: 'warn' as const, word: '提醒', verb: '查看' })),
  ]
  return (
    <section className="problems" aria-label="检查结果">
      <button type="button" className="head qt-plain" aria-expanded={open} onClick={() => setOpen(!open)}>
        <b>检查结果</b>
        <span aria-live="polite" className="qt-row">
          {problems.length > 0 && <Light state="over">错误 {problems.length}</Light>}
          {warnings.length > 0 && <Light state="warn">提醒 {warnings.length}</Light>}
          {rows.length === 0 && <Light state="ok">没有发现问题</Light>}
        </span>
        <span className="qt-grow" />
        <span className="qt-tiny qt-quiet hint">每次改动后自动检查</span>
        <Icon name="chevronDown" size={16} style={{ transform: open ? undefined : 'rotate(180deg)' }} />
      </button>
      {open && rows.length > 0 && (
        <ul>
          {rows.map(({ fault, state, word, verb }) => (
            <li key={`${fault.code}${fault.element}${fault.message}`}>
              <Light state={state}>{word}</Light>
              <span className="message">{plainly(fault.message)}</span>
              <button type="button" className="qt-plain go" onClick={() => onJump(fault.element)}>
                {verb}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
