import { Button, Select } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { Tag } from '#ui'
import type { ImportDetail } from '../../contract.ts'
import { directory } from '../client.ts'

/** Which column of the file is which field: guessed from the heads and from the last file, put right by hand. */
export function ImportMapping({ run, onChecked }: { run: ImportDetail; onChecked: () => void }) {
  const [mapping, setMapping] = useState<Record<string, number>>(run.mapping)
  const map = useCommand(directory.mapImport)
  const check = useCommand(directory.checkImport)
  const fieldOf = new Map(Object.entries(mapping).map(([field, column]) => [column, field]))
  const choose = (column: number, field: string | undefined) => {
    const rest = Object.entries(mapping).filter(([name, at]) => at !== column && name !== field)
    setMapping(Object.fromEntries(field ? [...rest, [field, column]] : rest))
  }
  const missing = run.fields.filter(({ field, required }) => required && mapping[field] === undefined)
  const go = async () => {
    try {
      await map.mutateAsync({ id: run.id, mapping })
      await check.mutateAsync({ id: run.id })
      onChecked()
    } catch {
      // the command has told why; the choices stay
    }
  }
  const options = run.fields.map(({ field, title }) => ({ value: field, label: title }))
  return (
    <section aria-label="对应列">
      <p className="qt-second">表格的每一列是什么？没有对应的列不会导入。</p>
      <div className="oa-wide">
        <table className="oa-table">
          <thead>
            <tr>
              <th scope="col">表格的列</th>
              <th scope="col">对应</th>
              <th scope="col">前几行</th>
            </tr>
          </thead>
          <tbody>
            {run.header.map((head, column) => {
              const field = fieldOf.get(column)
              const about = run.fields.find((one) => one.field === field)
              const name = head || `第 ${column + 1} 列`
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                <tr key={column}>
                  <td>{name}</td>
                  <td>
                    <Select
                      aria-label={`${name}对应`}
                      style={{ width: 180 }}
                      allowClear
                      showSearch={{ optionFilterProp: 'label' }}
                      placeholder="不导入"
                      value={field}
                      options={options}
                      onChange={(next?: string) => choose(column, next)}
                    />
                    {about?.help && <p className="qt-tiny qt-quiet">{about.help}</p>}
                  </td>
                  <td className="qt-second">
                    {run.sample
                      .map((row) => row[column])
                      .filter(Boolean)
                      .slice(0, 3)
                      .join('；') || '（空）'}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      {missing.length > 0 && (
        <p className="qt-block qt-row" role="status">
          还没有对应必填项：
          {missing.map(({ field, title }) => (
            <Tag key={field} tone="warn">
              {title}
            </Tag>
          ))}
        </p>
      )}
      <Button
        className="qt-block"
        type="primary"
        disabled={missing.length > 0}
        loading={map.isPending || check.isPending}
        onClick={() => void go()}
      >
        检查表格
      </Button>
    </section>
  )
}
