import { Button } from 'antd'
import { useState } from 'react'
import { type Column, DataTable, type Filter, format, Icon, Page, SidePanel } from '#ui'
import { type Absence, absenceKinds, absenceTimes } from '../../contract/absences.ts'
import { CasesNav } from '../CasesNav.tsx'
import { cases } from '../client.ts'
import { AbsenceForm } from './AbsenceForm.tsx'
import { AbsenceLine, periodOf } from './AbsenceLine.tsx'
import '../cases.css'
import '../administration/administration.css'

const columns: readonly Column<Absence>[] = [
  { key: 'person', title: '姓名', width: 120, render: (row) => row.personName },
  { key: 'unit', title: '单位', render: (row) => row.unitName },
  { key: 'kind', title: '事由', width: 104, render: (row) => absenceKinds[row.kind] },
  { key: 'period', title: '时间', width: 280, render: periodOf },
  { key: 'substitute', title: '代办人', width: 120, render: (row) => row.substituteName ?? '上级领导' },
  { key: 'by', title: '登记人', width: 120, render: (row) => row.enteredBy ?? '请休假等业务' },
]
const byTime: Filter = {
  name: 'when',
  label: '时间',
  kind: 'select',
  options: Object.entries(absenceTimes).map(([value, label]) => ({ value, label })),
}

/** 不在岗: who of the units in one's care does not handle what comes now, entered for them where they cannot. */
export function AbsencesPage() {
  const [making, setMaking] = useState(false)
  return (
    <Page
      flush
      watermark
      title="不在岗人员"
      sentence="本单位范围内请假、出差的人员。其间新到的办件按流程的设置交给代办人或上级领导。"
      above={<CasesNav />}
      actions={
        <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setMaking(true)}>
          替人登记
        </Button>
      }
    >
      <div className="wf-split">
        <DataTable
          id="workflow.absences"
          call={cases.scopedAbsences}
          rowKey={(row) => row.id}
          rowName={(row) => row.personName}
          columns={columns}
          filters={[byTime]}
          searchLabel="按姓名找"
          measure="人次"
          panel={
            making
              ? undefined
              : (row, close) => (
                  <SidePanel title={row.personName} onClose={close}>
                    <div className="wf-delegation">
                      <AbsenceLine row={row} />
                    </div>
                    <p className="qt-small qt-second">{format.moment(row.from)} 起新到的办件不交给本人。</p>
                  </SidePanel>
                )
          }
          card={(row) => (
            <>
              <b>{row.personName}</b>
              <p className="qt-small qt-second">
                {absenceKinds[row.kind]}，{periodOf(row)}
              </p>
              <p className="qt-small qt-quiet">{row.unitName}</p>
            </>
          )}
          empty={{ title: '现在没有人不在岗', detail: '本人在“我的不在岗”里登记，管理员也可以替人登记。' }}
        />
        {making && (
          <SidePanel title="替人登记" onClose={() => setMaking(false)}>
            <AbsenceForm ofOthers onDone={() => setMaking(false)} />
          </SidePanel>
        )}
      </div>
    </Page>
  )
}
