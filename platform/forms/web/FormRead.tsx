import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { ApiError } from '#kernel/web'
import { Facts, Field, Icon, usePhone } from '#ui'
import type { Column, Field as FormField, Table } from '../contract/definition.ts'
import { type FormFile, type Json, ROW, type FormView as View } from '../contract.ts'
import { evaluate, rowsOf } from '../core/evaluate.ts'
import { isEmpty } from '../core/kinds/kind.ts'
import { isMask } from '../core/kinds/text.ts'
import { sayValue } from '../core/kinds.ts'
import { moneyWords } from '../core/money.ts'
import { formsClient } from './client.ts'
import './forms.css'

export interface FormReadProps {
  view: View
  /** with it, files open and masked numbers can be asked for */
  recordId?: string
}

/** What was filled in, to read: names and values, sub-tables as tables, identity numbers masked. */
export function FormRead({ view, recordId }: FormReadProps) {
  const { definition, access, data, person } = view
  // What is shown is decided by the same rules as when it was filled in; nothing is computed anew, nobody writes here.
  const { fields, groups } = evaluate(
    definition,
    data,
    { rest: access.rest === 'hide' ? 'hide' : 'read', fields: access.fields },
    { now: new Date(), person },
  )
  return (
    <div className="fm-read">
      {definition.groups.map((group, at) => {
        const shown = group.fields.filter((field) => fields[field.key]?.visible && !isEmpty(data[field.key]))
        if (!groups[at] || shown.length === 0) return null
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: groups of a published form do not move
          <section key={at} aria-label={group.title}>
            <h3 className="qt-section">{group.title}</h3>
            <Facts
              rows={shown
                .filter(({ type }) => type !== 'table')
                .map((field) => [
                  field.title,
                  <Said
                    key={field.key}
                    field={field as Column}
                    path={field.key}
                    value={data[field.key] ?? null}
                    recordId={recordId}
                  />,
                ])}
            />
            {shown.filter(isTable).map((field) => (
              <ReadTable key={field.key} field={field} rows={rowsOf(data[field.key])} recordId={recordId} />
            ))}
          </section>
        )
      })}
    </div>
  )
}
const isTable = (field: FormField): field is Table => field.type === 'table'

interface SaidProps {
  field: Column
  /** by the name of the row in a sub-table */
  path: string
  value: Json
  recordId?: string
}
function Said({ field, path, value, recordId }: SaidProps) {
  if (isEmpty(value)) return null
  if (field.type === 'file' || field.type === 'picture')
    return <FileList files={value as FormFile[]} picture={field.type === 'picture'} recordId={recordId} />
  if (field.type === 'identityNumber') return <Masked field={field} path={path} value={value} recordId={recordId} />
  const said = sayValue(field, value)
  if (field.type === 'money')
    return (
      <>
        <span className="qt-num">{said}</span>
        <span className="qt-small qt-second fm-inwords">{moneyWords(String(value))}</span>
      </>
    )
  return field.type === 'longText' ? <span className="fm-long">{said}</span> : said
}

function FileList({ files, picture, recordId }: { files: readonly FormFile[]; picture: boolean; recordId?: string }) {
  return (
    <ul className="fm-files">
      {files.map((file) => {
        const url = recordId && formsClient.recordFile.url({ id: recordId, fileId: file.id, inline: picture })
        return (
          <li key={file.id}>
            <Icon name="attachment" size={16} />
            {url ? (
              <a className="fm-link" href={url} {...(picture && { target: '_blank', rel: 'noreferrer' })}>
                {file.name}
              </a>
            ) : (
              file.name
            )}
          </li>
        )
      })}
    </ul>
  )
}

/** The mask; the number itself only for a purpose that is written down. */
function Masked({ field, path, value, recordId }: SaidProps) {
  const [number, setNumber] = useState<string>()
  const [asking, setAsking] = useState(false)
  const [purpose, setPurpose] = useState('')
  const [fault, setFault] = useState<string>()
  const ask = async (): Promise<void> => {
    if (!recordId) return
    if (purpose.trim().length < 2) return setFault('请写明查看的用途。')
    try {
      const answer = await formsClient.reveal({ id: recordId, path, purpose: purpose.trim() })
      setNumber(answer.value)
      setAsking(false)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      setFault(error.detail)
    }
  }
  return (
    <>
      <span className="qt-num">{number ?? sayValue(field, value)}</span>
      {recordId && !number && isMask(value) && (
        <Button size="small" type="link" onClick={() => setAsking(true)}>
          查看号码
        </Button>
      )}
      <Modal
        open={asking}
        title={`查看${field.title}`}
        okText="查看"
        cancelText="不看了"
        onOk={() => void ask()}
        onCancel={() => setAsking(false)}
        destroyOnHidden
      >
        <Field label="用途" help="用途和查看的时间会记入审计日志。" required error={fault}>
          {(control) => (
            <Input
              {...control}
              value={purpose}
              maxLength={200}
              onChange={(event) => setPurpose(event.target.value)}
              onPressEnter={() => void ask()}
            />
          )}
        </Field>
      </Modal>
    </>
  )
}

function ReadTable({
  field,
  rows,
  recordId,
}: {
  field: Table
  rows: readonly Record<string, Json>[]
  recordId?: string
}) {
  const phone = usePhone()
  const cell = (column: Column, row: Record<string, Json>) => (
    <Said
      field={column}
      path={`${field.key}.${String(row[ROW] ?? '')}.${column.key}`}
      value={row[column.key] ?? null}
      recordId={recordId}
    />
  )
  if (rows.length === 0) return null
  return (
    <div className="fm-readtable">
      <b>
        {field.title}
        <span className="qt-small qt-quiet">　{rows.length} 行</span>
      </b>
      {phone ? (
        <ol className="fm-cards">
          {rows.map((row, at) => (
            <li key={String(row[ROW] ?? at)}>
              <Facts
                rows={field.columns.map((column) => [
                  column.title,
                  isEmpty(row[column.key]) ? null : cell(column, row),
                ])}
              />
            </li>
          ))}
        </ol>
      ) : (
        <div className="fm-scroll">
          <table>
            <thead>
              <tr>
                <th scope="col" className="number">
                  序号
                </th>
                {field.columns.map((column) => (
                  <th key={column.key} scope="col" className={column.type}>
                    {column.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, at) => (
                <tr key={String(row[ROW] ?? at)}>
                  <td className="number qt-num qt-quiet">{at + 1}</td>
                  {field.columns.map((column) => (
                    <td key={column.key} className={column.type}>
                      {column.type === 'money' ? (
                        <span className="qt-num">{sayValue(column, row[column.key])}</span>
                      ) : (
                        cell(column, row)
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  )
}
