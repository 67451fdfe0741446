import { Button, Drawer, Input } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { Field, toast, useBackCloses, usePhone } from '#ui'
import { type BulkRow, localTitles, type MatterRow } from '../contract.ts'
import { matters } from './client.ts'
import './matters.css'

const fields = { address: 200, hours: 200, phone: 60, supervisionPhone: 60 } as const
type Name = keyof typeof fields

interface Props {
  rows: readonly MatterRow[]
  close: () => void
}

/** 成批修改: what is local of many matters at once; first shown row by row, then each goes for approval. */
export function BulkEditDrawer({ rows, close }: Props) {
  const phone = usePhone()
  const [set, setSet] = useState<Partial<Record<Name, string>>>({})
  const [shown, setShown] = useState<readonly BulkRow[]>()
  const edit = useCommand(matters.bulkEdit)
  useBackCloses(true, close)
  const given = Object.fromEntries(
    Object.entries(set).flatMap(([name, value]) => (value.trim() ? [[name, value.trim()]] : [])),
  )
  const ask = (apply: boolean) => edit.mutateAsync({ ids: rows.map(({ id }) => id), set: given, apply })
  const changed = shown?.filter(({ refused }) => refused === null).length ?? 0
  const go = async () => {
    if (!shown) return setShown((await ask(false)).rows)
    await ask(true)
    toast.done(`${changed} 项已送审，另一人审核通过后生效。`)
    close()
  }
  return (
    <Drawer
      open
      title={`成批修改 ${rows.length} 项`}
      size={phone ? '100%' : 560}
      onClose={close}
      footer={
        <div className="qt-row mt-buttons">
          <Button
            type="primary"
            loading={edit.isPending}
            disabled={Object.keys(given).length === 0 || (shown !== undefined && changed === 0)}
            onClick={() => void go().catch(() => undefined)}
          >
            {shown ? `修改 ${changed} 项并送审` : '看看会改什么'}
          </Button>
          {shown && <Button onClick={() => setShown(undefined)}>再改改</Button>}
        </div>
      }
    >
      {shown ? (
        <Preview rows={shown} outside={rows.length - shown.length} />
      ) : (
        <>
          <p className="qt-small qt-second mt-intro">只填要改的，空着的不动。改了以后各成一版，送审。</p>
          {(Object.keys(fields) as Name[]).map((name) => (
            <Field key={name} label={localTitles[name]}>
              {(control) => (
                <Input
                  {...control}
                  value={set[name] ?? ''}
                  maxLength={fields[name]}
                  onChange={(event) => setSet((old) => ({ ...old, [name]: event.target.value }))}
                />
              )}
            </Field>
          ))}
        </>
      )}
    </Drawer>
  )
}

function Preview({ rows, outside }: { rows: readonly BulkRow[]; outside: number }) {
  return (
    <>
      {outside > 0 && (
        <p className="qt-second mt-intro">所选的有 {outside} 项不在您的管理范围内，或已经废止，不会改。</p>
      )}
      <ul className="mt-materials">
        {rows.map((row) => (
          <li key={row.id}>
            <b>{row.name}</b>
            {row.refused && <p className="qt-small qt-second">不改：{row.refused}</p>}
            {!row.refused && (
              <dl className="mt-diff mt-bulk">
                {row.changes.map(({ title, before, after }) => (
                  <div key={title}>
                    <dt>{title}</dt>
                    <dd>
                      {before && <del>{before}</del>}
                      <ins>{after}</ins>
                    </dd>
                  </div>
                ))}
              </dl>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}
