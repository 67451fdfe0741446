import { Button } from 'antd'
import { type RefObject, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { Icon, toast } from '#ui'
import type { Block } from '../../../contract/blocks.ts'
import type { Content, Draft, Fault } from '../../../contract/designing.ts'
import { type Design, DesignContext, type Kit } from '../context.ts'
import { Problems } from '../Problems.tsx'
import { ExpertProperties } from './ExpertProperties.tsx'
import { blockOf, surroundings, writeBlock, writeProcess } from './element-blocks.ts'
import { createModeler, type Drawn, type Modeler } from './modeler.ts'
import './expert.css'

interface Props {
  draft: Draft
  kit: Kit
  problems: readonly Fault[]
  warnings: readonly Fault[]
  onChange: (content: Content) => void
  /** hands over what was drawn last, before the page goes elsewhere */
  drain: RefObject<(() => Promise<void>) | undefined>
}

/** 专业设计器: BPMN as it is, drawn freely; our settings by the same forms as in the simple one. */
export function ExpertDesigner({ draft, kit, problems, warnings, onChange, drain }: Props) {
  const { box, modeler, selected, turn, fault } = useModeler(draft, onChange, drain)
  const [names, setNames] = useState(draft.names)
  useMarks(modeler, problems)
  const jump = (id: string) => {
    const drawn = modeler?.service('elementRegistry').get(id)
    modeler?.service('selection').select(drawn ?? null)
    if (drawn) modeler?.service('canvas').scrollToElement(drawn)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` counts the changes of the drawing, which keeps its own state
  const design = useMemo(() => {
    if (!modeler) return undefined
    return designOf({ modeler, draft, kit, problems, names, setNames })
  }, [modeler, turn, draft, kit, problems, names])
  return (
    <div className="body expert">
      <div className="middle">
        <Tools modeler={modeler} draft={draft} turn={turn} />
        {fault && (
          <p role="alert" className="wf-fault">
            {fault}
          </p>
        )}
        <section className="wf-bpmn" ref={box} aria-label="BPMN 画布" />
        <Problems problems={problems} warnings={warnings} onJump={jump} />
      </div>
      <aside className="properties" aria-label="属性">
        {design && modeler && (
          <DesignContext value={design}>
            <ExpertProperties modeler={modeler} selected={selected} turn={turn} />
          </DesignContext>
        )}
      </aside>
    </div>
  )
}

const PAUSE_MS = 300

/** The tool lives as long as the page; what it draws goes out as XML a moment after the last change. */
function useModeler(draft: Draft, onChange: (content: Content) => void, drain: Props['drain']) {
  const box = useRef<HTMLElement>(null)
  const [modeler, setModeler] = useState<Modeler>()
  const [selected, setSelected] = useState<Drawn>()
  const [turn, setTurn] = useState(0)
  const [fault, setFault] = useState<string>()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const save = useEffectEvent(async (made: Modeler) => {
    clearTimeout(timer.current)
    timer.current = undefined
    const { xml } = await made.saveXML({ format: true })
    if (xml) onChange({ kind: 'bpmn', xml })
  })
  const changed = useEffectEvent((made: Modeler) => {
    setTurn((old) => old + 1)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void save(made), PAUSE_MS)
  })
  useEffect(() => {
    if (!box.current) return
    const made = createModeler(box.current)
    drain.current = async () => {
      if (timer.current !== undefined) await save(made)
    }
    const look = () => {
      const [one, more] = made.service('selection').get()
      setSelected(more ? undefined : one)
    }
    made
      .importXML(draft.xml)
      .then(() => {
        made.service('canvas').zoom('fit-viewport', 'auto')
        made.on('commandStack.changed', () => changed(made))
        made.on('selection.changed', look)
        setModeler(made)
      })
      .catch(() => setFault('这份草稿画不出来：文件里没有图形信息，或文件有误。请在流程列表里重新导入。'))
    return () => {
      // what was set a moment before the page was left goes out too
      const last = drain.current?.()
      drain.current = undefined
      setModeler(undefined)
      void last?.finally(() => made.destroy())
    }
  }, [draft.xml, drain])
  return { box, modeler, selected, turn, fault }
}

/** Faults show on the elements too. */
function useMarks(modeler: Modeler | undefined, problems: readonly Fault[]) {
  useEffect(() => {
    if (!modeler) return
    const { elementRegistry, canvas } = {
      elementRegistry: modeler.service('elementRegistry'),
      canvas: modeler.service('canvas'),
    }
    const marked = problems.map(({ element }) => element).filter((id) => elementRegistry.get(id))
    for (const id of marked) canvas.addMarker(id, 'wf-wrong')
    return () => {
      for (const id of marked) if (elementRegistry.get(id)) canvas.removeMarker(id, 'wf-wrong')
    }
  }, [modeler, problems])
}

interface Parts {
  modeler: Modeler
  draft: Draft
  kit: Kit
  problems: readonly Fault[]
  names: Record<string, string>
  setNames: (change: (old: Record<string, string>) => Record<string, string>) => void
}
/** The same context the simple designer gives its forms; changes go into the drawing. */
const designOf = ({ modeler, draft, kit, problems, names, setNames }: Parts): Design => {
  const process = surroundings(modeler, draft)
  return {
    process,
    change: (next) => writeProcess(modeler, next),
    changeBlock: (id, change) => {
      const drawn = modeler.service('elementRegistry').get(id)
      const block: Block | undefined = drawn && blockOf(drawn.businessObject)
      if (drawn && block) writeBlock(modeler, drawn, change(block))
    },
    select: () => undefined,
    selected: undefined,
    insert: () => undefined,
    called: {
      nameOf: (id) => names[id] ?? '',
      stepOf: (id) => modeler.service('elementRegistry').get(id)?.businessObject.name ?? '',
    },
    learn: (id, name) => setNames((old) => ({ ...old, [id]: name })),
    kit,
    faults: Map.groupBy(problems, ({ element }) => element),
  }
}

function Tools({ modeler, draft, turn }: { modeler?: Modeler; draft: Draft; turn: number }) {
  const stack = modeler?.service('commandStack')
  const takeIn = async (file: File | undefined) => {
    if (!file || !modeler) return
    try {
      await modeler.importXML(await file.text())
      const root = modeler.service('canvas').getRootElement()
      // the number belongs to this draft, whatever the file calls it; this is also the change that saves it
      modeler.service('modeling').updateProperties(root, { id: draft.key })
      modeler.service('canvas').zoom('fit-viewport', 'auto')
    } catch {
      toast.failed('这个文件读不出来，请确认是 BPMN 2.0 文件。')
      await modeler.importXML(draft.xml)
    }
  }
  const takeOut = async () => {
    const { xml } = (await modeler?.saveXML({ format: true })) ?? {}
    if (!xml) return
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([xml], { type: 'application/xml' }))
    link.download = `${draft.name || draft.key}.bpmn`
    link.click()
    URL.revokeObjectURL(link.href)
  }
  return (
    <div className="expert-tools" data-turn={turn}>
      <Button size="small" disabled={!stack?.canUndo()} onClick={() => stack?.undo()}>
        撤销
      </Button>
      <Button size="small" disabled={!stack?.canRedo()} onClick={() => stack?.redo()}>
        重做
      </Button>
      <span className="qt-grow" />
      <label className="wf-file">
        <Icon name="upload" size={14} />
        导入文件
        <input type="file" accept=".bpmn,.xml" onChange={(event) => void takeIn(event.target.files?.[0])} />
      </label>
      <Button size="small" icon={<Icon name="download" size={14} />} onClick={() => void takeOut()}>
        导出文件
      </Button>
    </div>
  )
}
