import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import type { OutputOf } from '#kernel/contract'
import { apiQuery, useCommand } from '#kernel/web'
import { useUnits } from '#platform/directory/web'
import { Await, ConfirmButton, EmptyState, Field, Page, toast, UnitPicker, useUrlState } from '#ui'
import type { workbenchApi } from '../contract.ts'
import { ArrangeList } from './ArrangeList.tsx'
import { arranged, kept } from './arranged.ts'
import { workbench } from './client.ts'
import { useCards } from './use-cards.ts'
import './workbench.css'

const DEFAULTS = { unit: '', name: '' }

/** 工作台安排: what the people of a unit and of everything below it find, until a unit below arranges for itself. */
export function UnitsPage() {
  const [{ unit, name }, change] = useUrlState(DEFAULTS)
  const units = useUnits()
  return (
    <Page
      title="工作台安排"
      sentence="安排管到所选单位和下级单位的全部人员；下级单位自己安排了的，以它的为准。每个人还可以再调整自己的。"
    >
      <div className="wb-unit">
        <Field label="单位" required>
          {(control) => (
            <UnitPicker
              control={control}
              value={unit === '' ? [] : [{ id: unit, name: name || '所选单位' }]}
              onChange={([one]) => change({ unit: one?.id ?? '', name: one?.name ?? '' })}
              {...units}
            />
          )}
        </Field>
        {unit === '' ? (
          <EmptyState icon="unit" title="先选一个单位" detail="只能安排您管理范围内的单位。" />
        ) : (
          <Chosen id={unit} />
        )}
      </div>
    </Page>
  )
}

function Chosen({ id }: { id: string }) {
  const query = useQuery(apiQuery(workbench.unit, { id }))
  return (
    <Await query={query} lines={8}>
      {(unit) => <Arrange key={`${id} ${unit.revision}`} unit={unit} />}
    </Await>
  )
}

function Arrange({ unit }: { unit: OutputOf<typeof workbenchApi.unit> }) {
  const cards = useCards()
  // who arranges for everybody arranges what anybody may see
  const everything = cards.flatMap(({ permission }) => permission ?? [])
  const now = unit.own ?? unit.above?.cards ?? null
  const [value, setValue] = useState(() => arranged(cards, everything, now))
  const save = useCommand(workbench.setUnit, {
    onSuccess: () => toast.done(`已按此安排${unit.unitName}及下级单位的工作台`),
  })
  const reset = useCommand(workbench.resetUnit)
  const { unitId: id, unitName, revision } = unit
  return (
    <>
      <p className="qt-second">
        {unit.own
          ? `${unitName}有自己的安排。`
          : unit.above
            ? `${unitName}现在按${unit.above.unitName}的安排，保存后就有自己的。`
            : `${unitName}和上级都没有安排过，现在是原来的样子。`}
        {unit.exceptions > 0 && `下级有 ${unit.exceptions} 个单位另有安排，不受影响。`}
      </p>
      <ArrangeList value={value} onChange={(next) => setValue(next as typeof value)} />
      <div className="wb-foot">
        <Button
          type="primary"
          loading={save.isPending}
          onClick={() => save.mutate({ id, revision, cards: kept(value, now) })}
        >
          保存安排
        </Button>
        {unit.own && (
          <ConfirmButton
            verb="取消"
            name={`${unitName}的安排`}
            consequence={unit.above ? `以后按${unit.above.unitName}的安排显示。` : '以后按原来的样子显示。'}
            onConfirm={() => reset.mutateAsync({ id })}
          />
        )}
      </div>
    </>
  )
}
