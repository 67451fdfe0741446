import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import type { z } from 'zod'
import { apiQuery } from '#kernel/web'
import { Await, EmptyState, Icon, Light, Page, SidePanel, useUrlState } from '#ui'
import type { DutyKind } from '../../../contract.ts'
import { directory } from '../../client.ts'
import { AdminNav } from '../AdminNav.tsx'
import { DutyKindForm } from './DutyKindForm.tsx'

type Kind = z.infer<typeof DutyKind>

const DEFAULTS = { kind: '' }
const NEW = 'new'
// before a name in the address, so that no name is taken for `new`
const MARK = '.'

/** 岗位职责种类: the named responsibilities that processes ask for. */
export function DutyKindsPage() {
  const kinds = useQuery(apiQuery(directory.dutyKinds))
  const [state, change] = useUrlState(DEFAULTS)
  const open = (kind: string) => change({ kind }, { push: state.kind === '' })
  const close = () => change({ kind: '' })
  const adding = state.kind === NEW
  const chosen = kinds.data?.rows.find(({ name }) => MARK + name === state.kind)
  return (
    <Page
      flush
      title="岗位职责种类"
      sentence="公文、办件等流程按岗位职责找人。种类全省统一，由系统管理员维护。"
      above={<AdminNav />}
      actions={
        <Button type={adding ? 'default' : 'primary'} icon={<Icon name="plus" size={16} />} onClick={() => open(NEW)}>
          新增种类
        </Button>
      }
    >
      <div className="qt-panes">
        <section className="oa-kinds" aria-label="全部种类">
          <Await query={kinds} lines={8}>
            {({ rows }) =>
              rows.length === 0 ? (
                <EmptyState title="还没有岗位职责种类" detail="新增之后，单位管理员就能把职责定到人。" />
              ) : (
                <ul className="oa-items">
                  {rows.map((kind) => (
                    <KindLine
                      key={kind.name}
                      kind={kind}
                      current={kind === chosen}
                      onOpen={() => open(MARK + kind.name)}
                    />
                  ))}
                </ul>
              )
            }
          </Await>
        </section>
        {(chosen || adding) && (
          <SidePanel title={chosen?.name ?? '新增种类'} onClose={close}>
            <DutyKindForm key={state.kind} kind={chosen} known={kinds.data?.rows ?? []} onDone={close} />
          </SidePanel>
        )}
      </div>
    </Page>
  )
}

function KindLine({ kind, current, onOpen }: { kind: Kind; current: boolean; onOpen: () => void }) {
  return (
    <li className="qt-row" aria-current={current}>
      <div className="qt-grow">
        <b>{kind.name}</b>
        <p className="qt-small qt-second">{kind.note}</p>
      </div>
      <Light state={kind.enabled ? 'ok' : 'off'}>{kind.enabled ? '在用' : '停用'}</Light>
      <Button aria-label={`修改${kind.name}`} onClick={onOpen}>
        修改
      </Button>
    </li>
  )
}
