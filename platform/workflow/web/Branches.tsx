import { useQuery } from '@tanstack/react-query'
import { apiQuery, useCommand, useRealtime } from '#kernel/web'
import { Await, format, Light, ReasonButton, Tag } from '#ui'
import type { Branch } from '../contract/joint.ts'
import type { CaseFile } from '../contract.ts'
import { cases } from './client.ts'
import { CaseState } from './columns.tsx'

interface Props {
  file: CaseFile
  level: 2 | 3
}
/** 联办: each branch of a joint matter, how far it is, and the way to have one handled anew. */
export function Branches({ file, level }: Props) {
  const Heading = `h${level}` as const
  const asked = apiQuery(cases.branches, { id: file.id })
  const query = useQuery({ ...asked, queryKey: [...asked.queryKey, file.rev] })
  useRealtime('cases', () => void query.refetch())
  const over = query.data?.rows.filter(({ status }) => status === 'completed').length ?? 0
  return (
    <section aria-label="联办分支">
      <div className="qt-section">
        <Heading>联办分支</Heading>
        <span className="qt-grow" />
        {query.data && query.data.rows.length > 0 && (
          <span className="qt-small qt-second">
            {query.data.rows.length} 支，已办结 {over} 支
          </span>
        )}
      </div>
      <Await query={query}>
        {({ rows }) =>
          rows.length === 0 ? (
            <p className="qt-small qt-second">还没有送到各单位。到了联办环节，各单位的办理情况会列在这里。</p>
          ) : (
            <ul className="wf-steps">
              {rows.map((row) => (
                <li key={row.id} className="wf-step">
                  <OneBranch row={row} file={file} />
                </li>
              ))}
            </ul>
          )
        }
      </Await>
    </section>
  )
}

function OneBranch({ row, file }: { row: Branch; file: CaseFile }) {
  const late = row.dueAt !== null && Date.parse(row.dueAt) < Date.now()
  return (
    <>
      <p className="head">
        <b>{row.unitName}</b>
        <CaseState status={row.status} />
        {row.faulty && <Tag tone="over">停住，等管理员处理</Tag>}
        {row.dueAt && (
          <Light state={late ? 'over' : 'ok'}>
            {late ? '已超期' : '时限内'}，{format.moment(row.dueAt)} 前办
          </Light>
        )}
      </p>
      <p className="qt-small qt-second">
        {[row.callName, row.processName].filter(Boolean).join('，')}
        {row.steps.length > 0 && `，现在：${row.steps.join('、')}`}
      </p>
      <p className="qt-row qt-small qt-second">
        <span className="qt-grow">
          {format.moment(row.since)} 收到{row.endedAt && `，${format.moment(row.endedAt)} 办结`}
        </span>
        {row.returnable && <ReturnBranch row={row} file={file} />}
      </p>
    </>
  )
}

/** 退回一支: this one begins again, what the others did stays. */
function ReturnBranch({ row, file }: { row: Branch; file: CaseFile }) {
  const command = useCommand(cases.act)
  const { mine } = file
  if (!mine || row.call === null || row.run === null) return null
  const act = { do: 'return-branch', slot: mine.slot, call: row.call, run: row.run } as const
  return (
    <ReasonButton
      verb="退回这一支"
      name={row.unitName}
      label="要重办什么"
      consequence="只有这个单位重新办理，其他单位已办的不受影响。它办完以后再交回您这里。"
      onConfirm={(reason) => command.mutateAsync({ id: file.id, act, opinion: reason })}
    />
  )
}
