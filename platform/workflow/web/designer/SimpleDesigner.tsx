import { Drawer } from 'antd'
import { useCallback, useMemo, useState } from 'react'
import { Icon, useBackCloses, useHotkey, usePhone } from '#ui'
import type { Block, BlockProcess } from '../../contract/blocks.ts'
import type { Draft, Fault } from '../../contract/designing.ts'
import { Canvas, DRAG_KIND } from './Canvas.tsx'
import { type Design, DesignContext, type Kit, type Selected } from './context.ts'
import {
  blocksIn,
  changeBlock,
  commit,
  findBlock,
  findBranch,
  insertAt,
  type Place,
  redo,
  type Undoable,
  undo,
} from './model.ts'
import { Problems } from './Problems.tsx'
import { Properties } from './Properties.tsx'
import { kinds } from './palette.ts'

interface Props {
  draft: Draft
  blocks: BlockProcess
  kit: Kit
  problems: readonly Fault[]
  warnings: readonly Fault[]
  onChange: (process: BlockProcess) => void
  /** the buttons of the head that belong to the editing */
  tools: (parts: { undo: (() => void) | undefined; redo: (() => void) | undefined }) => React.ReactNode
}

/** 简易设计器: what can be put in at the left, the process in the middle, what is selected at the right, what is wrong below. */
export function SimpleDesigner({ draft, blocks, kit, problems, warnings, onChange, tools }: Props) {
  const [history, setHistory] = useState<Undoable>({ past: [], present: blocks, future: [] })
  const [selected, setSelected] = useState<Selected>()
  const [names, setNames] = useState(draft.names)
  const phone = usePhone()
  const [zoom, setZoom] = useState(phone ? 0.8 : 1)
  const process = history.present
  const go = useCallback(
    (next: Undoable) => {
      if (next.present !== history.present) onChange(next.present)
      setHistory(next)
    },
    [history, onChange],
  )
  const back = history.past.length > 0 ? () => go(undo(history)) : undefined
  const forth = history.future.length > 0 ? () => go(redo(history)) : undefined
  useHotkey('mod+z', () => back?.())
  useHotkey('mod+y', () => forth?.())
  const faults = useMemo(() => Map.groupBy(problems, ({ element }) => element), [problems])
  const design: Design = useMemo(() => {
    const change = (next: BlockProcess, tag?: string) => go(commit(history, next, tag))
    return {
      process,
      change,
      changeBlock: (id, make, tag) => change(changeBlock(process, id, make), tag),
      select: setSelected,
      selected,
      insert: (at: Place, block: Block) => {
        change(insertAt(process, at, block))
        setSelected({ block: block.id })
      },
      called: {
        nameOf: (id) => names[id] ?? '',
        stepOf: (id) => blocksIn(process.blocks).find((block) => block.id === id)?.name ?? '',
      },
      learn: (id, name) => setNames((old) => ({ ...old, [id]: name })),
      kit,
      faults,
    }
  }, [process, history, go, selected, names, kit, faults])
  const jump = (id: string) => {
    if (findBlock(process, id)) setSelected({ block: id })
    else if (findBranch(process, id)) setSelected({ branch: id })
    else setSelected(undefined)
    document
      .querySelector(`[data-block="${CSS.escape(id)}"], [data-branch="${CSS.escape(id)}"]`)
      ?.scrollIntoView({ block: 'center', inline: 'center' })
  }
  const closed = () => setSelected(undefined)
  useBackCloses(phone && selected !== undefined, closed)
  return (
    <DesignContext value={design}>
      {tools({ undo: back, redo: forth })}
      <div className="body">
        <Palette />
        <div className="middle">
          <ZoomBox zoom={zoom} setZoom={setZoom} />
          <Canvas zoom={zoom} />
          <Problems problems={problems} warnings={warnings} onJump={jump} />
        </div>
        {phone ? (
          <Drawer open={selected !== undefined} title="环节设置" placement="bottom" size="85%" onClose={closed}>
            <Properties />
          </Drawer>
        ) : (
          <aside className="properties" aria-label="属性">
            <Properties />
          </aside>
        )}
      </div>
    </DesignContext>
  )
}

const groups = ['办理', '走向', '告知', '其他'] as const

/** Dragged onto a + of the canvas; by keyboard the + itself offers the same. */
const Palette = () => (
  <section className="palette" aria-label="可用的环节，拖到画布的加号上">
    {groups.map((group) => (
      <div key={group}>
        <h2>{group}</h2>
        <ul>
          {kinds
            .filter((kind) => kind.group === group)
            .map(({ key, title, icon, help }) => (
              <li key={key} draggable title={help} onDragStart={(event) => event.dataTransfer.setData(DRAG_KIND, key)}>
                <Icon name={icon} size={18} />
                <span className="qt-grow">{title}</span>
                <Icon name="grip" size={16} />
              </li>
            ))}
        </ul>
      </div>
    ))}
  </section>
)

const ZOOMS = [0.5, 0.65, 0.8, 1, 1.25]
function ZoomBox({ zoom, setZoom }: { zoom: number; setZoom: (zoom: number) => void }) {
  const at = ZOOMS.indexOf(zoom)
  return (
    <div className="zoombox">
      <button
        type="button"
        className="qt-ib"
        aria-label="缩小"
        onClick={() => setZoom(ZOOMS[Math.max(0, at - 1)] ?? 1)}
      >
        <Icon name="zoomOut" size={18} />
      </button>
      <span className="qt-tiny">{Math.round(zoom * 100)}%</span>
      <button
        type="button"
        className="qt-ib"
        aria-label="放大"
        onClick={() => setZoom(ZOOMS[Math.min(ZOOMS.length - 1, at + 1)] ?? 1)}
      >
        <Icon name="zoomIn" size={18} />
      </button>
    </div>
  )
}
