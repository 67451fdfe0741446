import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, format, Icon, SidePanel, Tag } from '#ui'
import { type AdminUnit, nameKinds, unitKinds } from '../../contract.ts'
import { directory } from '../client.ts'
import { AbolishForm } from './AbolishForm.tsx'
import { AsOf } from './AsOf.tsx'
import { Facts } from './Facts.tsx'
import { HistoryList } from './HistoryList.tsx'
import { MoveUnitForm } from './MoveUnitForm.tsx'
import { NamesForm } from './NamesForm.tsx'
import { EditUnitForm } from './UnitForm.tsx'
import { levelName } from './unit-columns.tsx'

const titles = {
  edit: '修改单位',
  move: '移动单位',
  abolish: '撤销单位',
  names: '更正名称沿革',
  history: '沿革',
  asOf: '某日的样子',
} as const
type Task = keyof typeof titles

/** One unit: everything on record, and one task at a time. */
export function UnitPanel({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const [task, setTask] = useState<Task>()
  const unit = useQuery(apiQuery(directory.adminUnit, { id }))
  const back = () => setTask(undefined)
  return (
    <SidePanel title={task ? `${titles[task]}：${name}` : name} onClose={task ? back : onClose}>
      {task && (
        <button type="button" className="qt-plain oa-link oa-back qt-row" onClick={back}>
          <Icon name="chevronLeft" size={16} />
          回到单位
        </button>
      )}
      <Await query={unit}>
        {(data) => (task ? <Doing unit={data} task={task} onDone={back} /> : <UnitFacts unit={data} start={setTask} />)}
      </Await>
    </SidePanel>
  )
}

function Doing({ unit, task, onDone }: { unit: AdminUnit; task: Task; onDone: () => void }) {
  switch (task) {
    case 'edit':
      return <EditUnitForm unit={unit} onDone={onDone} />
    case 'move':
      return <MoveUnitForm unit={unit} onDone={onDone} />
    case 'abolish':
      return <AbolishForm unit={unit} onDone={onDone} />
    case 'names':
      return <NamesForm unit={unit} onDone={onDone} />
    case 'history':
      return <HistoryList call={directory.unitHistory} id={unit.id} />
    case 'asOf':
      return <AsOf unit={unit} />
  }
}

function UnitFacts({ unit, start }: { unit: AdminUnit; start: (task: Task) => void }) {
  const restore = useCommand(directory.restoreUnit)
  const gone = unit.validTo !== null
  return (
    <>
      <p className="qt-row">
        <Tag tone="primary">{unitKinds[unit.kind]}</Tag>
        <Tag>{levelName(unit.level)}</Tag>
        {gone && <Tag tone="over">{format.day(unit.validTo ?? '')} 撤销</Tag>}
      </p>
      <p className="qt-small qt-quiet">{unit.crumb.map(({ shortName }) => shortName).join(' / ')}</p>
      <div className="qt-row qt-block" style={{ flexWrap: 'wrap' }}>
        {!gone && <Button onClick={() => start('edit')}>修改</Button>}
        {!gone && unit.can.place && <Button onClick={() => start('move')}>移动</Button>}
        {!gone && unit.can.place && <Button onClick={() => start('abolish')}>撤销</Button>}
        {gone && unit.can.place && (
          <Button loading={restore.isPending} onClick={() => restore.mutate({ id: unit.id, revision: unit.revision })}>
            恢复单位
          </Button>
        )}
      </div>
      <section className="qt-block" aria-label="单位信息">
        <Facts
          rows={[
            ['简称', unit.shortName],
            ['机关代字', unit.documentMark],
            ['条线', unit.line],
            ['业务主管', unit.superior?.name],
            ['编制数', unit.establishment === null ? null : format.number(unit.establishment)],
            ['信用代码', unit.creditCode],
            ['办公电话', unit.phone],
            ['办公地点', unit.address],
            ['通讯录', unit.closed ? '不公开' : '公开'],
            ['成立日', format.day(unit.validFrom)],
            ...(unit.mergedInto ? ([['并入', unit.mergedInto.name]] as const) : []),
          ]}
        />
      </section>
      <p className="qt-block oa-links">
        <Link className="oa-link" to="/organization" search={{ under: unit.id }}>
          人员 {format.number(unit.peopleTotal)} 人
        </Link>
        <Link className="oa-link" to="/organization/units" search={{ under: unit.id }}>
          下级 {unit.children} 个
        </Link>
        <button type="button" className="qt-plain" onClick={() => start('history')}>
          沿革
        </button>
        <button type="button" className="qt-plain" onClick={() => start('asOf')}>
          查看某日
        </button>
      </p>
      {unit.functions.length > 0 && (
        <section className="qt-block">
          <h3>三定职责</h3>
          <ol className="oa-items">
            {unit.functions.map(({ content, basis }) => (
              <li key={content}>
                {content}
                <p className="qt-tiny qt-quiet">依据 {basis}</p>
              </li>
            ))}
          </ol>
        </section>
      )}
      <section className="qt-block">
        <h3>名称沿革</h3>
        <ul className="oa-items">
          {unit.names.map((dated) => (
            <li key={`${dated.kind} ${dated.name} ${dated.validFrom}`}>
              {dated.name} <Tag>{nameKinds[dated.kind]}</Tag>
              <p className="qt-tiny qt-quiet">
                {format.day(dated.validFrom)} 起{dated.validTo && `，至 ${format.day(dated.validTo)}`}
              </p>
            </li>
          ))}
        </ul>
        <p className="oa-links">
          <button type="button" className="qt-plain" onClick={() => start('names')}>
            更正名称沿革
          </button>
        </p>
      </section>
    </>
  )
}
