import { useQuery } from '@tanstack/react-query'
import { Input } from 'antd'
import { useState } from 'react'
import { apiQuery } from '#kernel/web'
import { Await, Field, format } from '#ui'
import { type AdminUnit, postKinds, unitKinds } from '../../contract.ts'
import { directory } from '../client.ts'
import { Facts } from './Facts.tsx'

/** The unit as it was at the end of a day: name, place, people. */
export function AsOf({ unit }: { unit: AdminUnit }) {
  const [day, setDay] = useState(unit.validFrom)
  const asked = { day, id: unit.id }
  const enabled = day !== ''
  const past = useQuery({ ...apiQuery(directory.unitAsOf, asked), enabled })
  const people = useQuery({ ...apiQuery(directory.peopleAsOf, asked), enabled })
  const children = useQuery({ ...apiQuery(directory.childrenAsOf, asked), enabled })
  return (
    <>
      <Field label="哪一天" required>
        {(control) => <Input {...control} type="date" value={day} onChange={(event) => setDay(event.target.value)} />}
      </Field>
      {enabled && (
        <>
          <section className="qt-block" aria-label="当日信息">
            <Await query={past}>
              {(data) => (
                <Facts
                  rows={[
                    ['全称', data.name],
                    ['性质', unitKinds[data.kind]],
                    ['上级', data.crumb.map(({ shortName }) => shortName).join(' / ')],
                    ['机关代字', data.documentMark],
                    ['挂牌', data.plates.join('、')],
                    ['编制数', data.establishment],
                  ]}
                />
              )}
            </Await>
          </section>
          <section className="qt-block">
            <h3>当日人员</h3>
            <Await query={people}>
              {({ rows }) => (
                <ul className="oa-items">
                  {rows.map((row) => (
                    <li key={row.postId}>
                      {row.name}，{row.title || '未填职务'}
                      <p className="qt-tiny qt-quiet">
                        {postKinds[row.postKind]}，{format.day(row.validFrom)} 起
                      </p>
                    </li>
                  ))}
                  {rows.length === 0 && <li className="qt-quiet">当日没有直属人员。</li>}
                </ul>
              )}
            </Await>
          </section>
          <section className="qt-block">
            <h3>当日下级</h3>
            <Await query={children}>
              {({ rows }) => (
                <ul className="oa-items">
                  {rows.map((row) => (
                    <li key={row.id}>{row.name}</li>
                  ))}
                  {rows.length === 0 && <li className="qt-quiet">当日没有下级。</li>}
                </ul>
              )}
            </Await>
          </section>
        </>
      )}
    </>
  )
}
