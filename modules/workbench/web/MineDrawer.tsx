import { Button, Drawer } from 'antd'
import { useState } from 'react'
import type { OutputOf } from '#kernel/contract'
import { useCommand } from '#kernel/web'
import { ConfirmButton, useBackCloses, usePhone, useShell } from '#ui'
import type { workbenchApi } from '../contract.ts'
import { ArrangeList } from './ArrangeList.tsx'
import { arranged, kept } from './arranged.ts'
import { workbench } from './client.ts'
import { useCards } from './use-cards.ts'

interface Props {
  mine: OutputOf<typeof workbenchApi.mine>
  close: () => void
}

/** 调整: one's own order and places, and the way back to what the unit arranged. */
export function MineDrawer({ mine, close }: Props) {
  const { session } = useShell()
  const phone = usePhone()
  const cards = useCards()
  const now = mine.own ?? mine.unit?.cards ?? null
  const [value, setValue] = useState(() => arranged(cards, session.permissions, now))
  const save = useCommand(workbench.setMine, { onSuccess: close })
  const reset = useCommand(workbench.resetMine, { onSuccess: close })
  useBackCloses(true, close)
  const from = mine.unit ? `${mine.unit.unitName}的安排` : '原来的样子'
  return (
    <Drawer
      open
      title="调整工作台"
      size={phone ? '100%' : 480}
      onClose={close}
      footer={
        <div className="wb-foot">
          <Button type="primary" loading={save.isPending} onClick={() => save.mutate({ cards: kept(value, now) })}>
            保存
          </Button>
          {mine.own && (
            <ConfirmButton
              verb="恢复"
              name={from}
              consequence="您自己的调整会去掉。"
              onConfirm={() => reset.mutateAsync({})}
            />
          )}
        </div>
      }
    >
      <p className="qt-small qt-second">
        {mine.own ? '现在按您自己的调整显示。' : `现在按${from}显示。`}只影响您自己，电脑和手机上都一样。
      </p>
      <ArrangeList value={value} onChange={(next) => setValue(next as typeof value)} />
    </Drawer>
  )
}
