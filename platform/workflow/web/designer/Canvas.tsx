import { Dropdown } from 'antd'
import { type DragEvent, Fragment, type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'
import { Icon, Light, Tag } from '#ui'
import type { Block, Branch } from '../../contract/blocks.ts'
import { conditionWords } from './conditions.ts'
import { useDesign } from './context.ts'
import { ends, findBlock, moveBlock, type Place, placeOf, removeBlock, shiftBlock, whyNotAt } from './model.ts'
import { kindOf, kinds, limitOf, looksOf, summaryOf } from './palette.ts'
import './canvas.css'

export const DRAG_KIND = 'application/x-qt-kind'
const DRAG_BLOCK = 'application/x-qt-block'

/** 画布: the process from top to bottom. Every block is a button; arrows go from one to the next, Alt with an arrow moves it. */
export function Canvas({ zoom }: { zoom: number }) {
  const { process, select, selected } = useDesign()
  const key = useCanvasKeys()
  const frame = useRef<HTMLElement>(null)
  // wider than the screen, the middle line is what one wants to see first
  useLayoutEffect(() => {
    const { current } = frame
    if (current) current.scrollLeft = (current.scrollWidth - current.clientWidth) / 2
  }, [])
  return (
    <section ref={frame} className="wf-canvas" aria-label="流程画布" aria-describedby="wf-canvas-keys">
      <p id="wf-canvas-keys" className="qt-hidden">
        上下键在环节之间移动，加号键在后面插入，Alt 加上下键移动环节，Delete 键删除。
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the buttons inside are what is operated; their keys bubble to here */}
      <div className="field" style={{ zoom }} onKeyDown={key}>
        <button
          type="button"
          className={`cap${selected ? '' : ' selected'}`}
          data-block=""
          onClick={() => select(undefined)}
          aria-label="开始：流程名称和表单字段"
        >
          {process.start.name || '开始'}
        </button>
        <Row blocks={process.blocks} branch="" />
      </div>
    </section>
  )
}

function useCanvasKeys() {
  const { process, change, select } = useDesign()
  return (event: KeyboardEvent<HTMLDivElement>) => {
    const at = (event.target as HTMLElement).closest<HTMLElement>('[data-block]')
    if (!at) return
    const id = at.dataset.block ?? ''
    const down = event.key === 'ArrowDown' || event.key === 'ArrowRight'
    if (down || event.key === 'ArrowUp' || event.key === 'ArrowLeft') {
      if (event.altKey) change(shiftBlock(process, id, down ? 1 : -1))
      else {
        const all = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-block], [data-branch]')]
        all[all.indexOf(at) + (down ? 1 : -1)]?.focus()
      }
    } else if (
      (event.key === 'Delete' || event.key === 'Backspace') &&
      removable(findBlock(process, id), process.blocks)
    ) {
      change(removeBlock(process, id))
      select(undefined)
    } else if (event.key === '+' || event.key === 'Insert')
      event.currentTarget.querySelector<HTMLElement>(`[data-after="${id}"]`)?.click()
    else return
    event.preventDefault()
  }
}
/** The end of the whole process is not a block of its own. */
export const removable = (block: Block | undefined, rows: readonly Block[]): boolean =>
  block !== undefined && !(block.type === 'stop' && rows.at(-1)?.id === block.id)

function Row({ blocks, branch }: { blocks: readonly Block[]; branch: string }) {
  const last = blocks.at(-1)
  return (
    <div className="row">
      <Gap at={{ branch, index: 0 }} after={branch} />
      {blocks.map((block, index) => (
        <Fragment key={block.id}>
          {'branches' in block ? <Split block={block} /> : <Card block={block} />}
          {!ends(block) && <Gap at={{ branch, index: index + 1 }} after={block.id} />}
        </Fragment>
      ))}
      {!(last && ends(last)) && <span className="line grow" />}
    </div>
  )
}

/** Between two blocks: a + that says what can go there, and where a dragged block is dropped. */
function Gap({ at, after }: { at: Place; after: string }) {
  const { process, change, insert, called } = useDesign()
  const [over, setOver] = useState(false)
  const name = after ? (findBlock(process, after)?.name ?? '') : ''
  const items = kinds
    .filter(({ make }) => whyNotAt(process, at, make()) === undefined)
    .map(({ key, title, icon, help }) => ({
      key,
      icon: <Icon name={icon} size={18} />,
      label: (
        <span className="wf-kind">
          {title}
          <span className="qt-tiny qt-quiet">{help}</span>
        </span>
      ),
    }))
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const kind = kindOf(event.dataTransfer.getData(DRAG_KIND))
    const id = event.dataTransfer.getData(DRAG_BLOCK)
    if (kind) {
      const block = kind.make()
      if (whyNotAt(process, at, block) === undefined) insert(at, block)
    } else if (id) change(moveBlock(process, id, at))
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping has its keyboard twin in Alt with an arrow and in the button
    <div
      className={`gap${over ? ' over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Dropdown
        trigger={['click']}
        menu={{
          items,
          onClick: ({ key, domEvent }) => {
            domEvent.stopPropagation()
            const block = kindOf(key)?.make()
            if (block) insert(at, block)
          },
        }}
      >
        <button
          type="button"
          data-after={after}
          aria-label={name ? `在“${name}”后面插入` : `在${called.stepOf(after) || '这里'}插入`}
        >
          <Icon name="plus" size={14} />
        </button>
      </Dropdown>
    </div>
  )
}

function Card({ block }: { block: Block }) {
  const { process, called, select, selected, faults } = useDesign()
  const { icon, title } = looksOf(block)
  const limit = limitOf(block)
  const wrong = faults.get(block.id)?.length ?? 0
  const chosen = selected && 'block' in selected && selected.block === block.id
  const place = placeOf(process, block.id)
  const cap = block.type === 'stop'
  return (
    <button
      type="button"
      className={`${cap ? 'cap' : 'card'}${chosen ? ' selected' : ''}${wrong ? ' wrong' : ''}`}
      data-block={block.id}
      data-index={place?.index}
      aria-pressed={chosen}
      draggable={removable(block, process.blocks)}
      onDragStart={(event) => event.dataTransfer.setData(DRAG_BLOCK, block.id)}
      onClick={() => select({ block: block.id })}
    >
      {cap ? (
        block.name || '办结'
      ) : (
        <>
          <Icon name={icon} />
          <span className="words">
            <span className="head">
              <b className="qt-ellipsis">{block.name || title}</b>
              {limit && <Tag>{limit}</Tag>}
            </span>
            <span className="qt-tiny qt-second qt-ellipsis">{summaryOf(block, called)}</span>
          </span>
        </>
      )}
      {wrong > 0 && (
        <span className="fault">
          <Light state="over">
            <span className="qt-hidden">{wrong} 处错误</span>
          </Light>
        </span>
      )}
    </button>
  )
}

function Split({ block }: { block: Extract<Block, { branches: Branch[] }> }) {
  const { process, select, selected, faults } = useDesign()
  const chosen = selected && 'block' in selected && selected.block === block.id
  const live = block.branches.map(({ blocks }) => !(blocks.length > 0 && ends(blocks.at(-1) as Block)))
  const { icon, title } = looksOf(block)
  const wrong = (faults.get(block.id)?.length ?? 0) > 0
  return (
    <div className="split">
      <button
        type="button"
        className={`fork${chosen ? ' selected' : ''}${wrong ? ' wrong' : ''}`}
        data-block={block.id}
        data-index={placeOf(process, block.id)?.index}
        aria-pressed={chosen}
        draggable
        onDragStart={(event) => event.dataTransfer.setData(DRAG_BLOCK, block.id)}
        onClick={() => select({ block: block.id })}
      >
        <Icon name={icon} size={16} />
        {block.name || title}
        {wrong && (
          <Light state="over">
            <span className="qt-hidden">有错误</span>
          </Light>
        )}
      </button>
      <span className="line" />
      <div className="branches">
        {block.branches.map((branch, index) => (
          <div
            key={branch.id}
            className={[
              'branch',
              index === 0 ? '' : 'top-left',
              index === live.length - 1 ? '' : 'top-right',
              live.slice(0, index).includes(true) && live.slice(index).includes(true) ? 'low-left' : '',
              live.slice(0, index + 1).includes(true) && live.slice(index + 1).includes(true) ? 'low-right' : '',
            ].join(' ')}
          >
            <span className="line short" />
            <BranchHead branch={branch} of={block} index={index} />
            <Row blocks={branch.blocks} branch={branch.id} />
          </div>
        ))}
      </div>
    </div>
  )
}

function BranchHead({
  branch,
  of,
  index,
}: {
  branch: Branch
  of: Extract<Block, { branches: Branch[] }>
  index: number
}) {
  const { select, selected, faults } = useDesign()
  const chosen = selected && 'branch' in selected && selected.branch === branch.id
  const wrong = (faults.get(branch.id)?.length ?? 0) > 0
  const otherwise = of.type === 'choice' && index === of.branches.length - 1
  const words =
    of.type === 'parallel'
      ? branch.name || `第 ${index + 1} 路`
      : otherwise
        ? '其他情况'
        : `如果 ${conditionWords(branch.when)}`
  const missing = of.type === 'choice' && !otherwise && !branch.when?.trim()
  return (
    <button
      type="button"
      data-branch={branch.id}
      className={`when${chosen ? ' selected' : ''}${wrong || missing ? ' wrong' : ''}`}
      aria-pressed={chosen}
      onClick={() => select({ branch: branch.id })}
    >
      {of.type === 'choice' && branch.name && <b>{branch.name} </b>}
      {words}
    </button>
  )
}
