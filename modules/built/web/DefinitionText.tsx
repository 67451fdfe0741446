import { Button, Input } from 'antd'
import { useRef } from 'react'
import { Field } from '#ui'
import './built.css'

export interface Fault {
  path: string
  message: string
}
const MOST_BYTES = 2 * 1024 * 1024

type Value = Parameters<JSON['stringify']>[0]
export const parsed = (text: string): { value: Value } | { fault: Fault } => {
  try {
    return { value: JSON.parse(text) as Value }
  } catch (error) {
    const at = /position (\d+)/.exec((error as Error).message)?.[1]
    const line = at === undefined ? '' : `，在第 ${text.slice(0, Number(at)).split('\n').length} 行附近`
    return { fault: { path: '', message: `不是完整的 JSON${line}。请检查逗号、引号和括号。` } }
  }
}

/** The document as text, from a file or by hand. */
export function DefinitionText({ text, change }: { text: string; change: (text: string) => void }) {
  const file = useRef<HTMLInputElement>(null)
  const take = async (chosen: File | undefined): Promise<void> => {
    if (chosen && chosen.size <= MOST_BYTES) change(await chosen.text())
    if (file.current) file.current.value = ''
  }
  return (
    <Field id="bt-definition" label="定义" help="JSON 文件的全文，或直接选择文件。" required>
      {(control) => (
        <>
          <Input.TextArea
            {...control}
            className="bt-json"
            value={text}
            autoSize={{ minRows: 12, maxRows: 20 }}
            spellCheck={false}
            onChange={(event) => change(event.target.value)}
          />
          <input
            ref={file}
            hidden
            type="file"
            accept=".json,application/json"
            onChange={(event) => void take(event.target.files?.[0])}
          />
          <Button size="small" onClick={() => file.current?.click()}>
            选择文件
          </Button>
        </>
      )}
    </Field>
  )
}

/** Everything that is wrong, each with its place in the document. */
export function Faults({ faults }: { faults: readonly Fault[] | undefined }) {
  if (!faults) return null
  if (faults.length === 0)
    return (
      <p className="qt-second" role="status">
        没有发现错误。
      </p>
    )
  return (
    <div className="qt-summary" role="alert">
      <b>有 {faults.length} 处错误</b>
      <ul className="bt-faults">
        {faults.map(({ path, message }) => (
          <li key={`${path}${message}`}>
            {message}
            {path && <code className="qt-quiet"> {path}</code>}
          </li>
        ))}
      </ul>
    </div>
  )
}
