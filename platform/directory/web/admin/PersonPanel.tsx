import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { apiQuery } from '#kernel/web'
import { Await, Icon, SidePanel } from '#ui'
import type { AdminPerson } from '../../contract.ts'
import { directory } from '../client.ts'
import { DeletePostForm } from './DeletePostForm.tsx'
import { DutiesForm } from './DutiesForm.tsx'
import { EndPostForm } from './EndPostForm.tsx'
import { HistoryList } from './HistoryList.tsx'
import { LeaveForm } from './LeaveForm.tsx'
import { MoveForm } from './MoveForm.tsx'
import { PersonFacts, type PersonTask } from './PersonFacts.tsx'
import { PersonForm } from './PersonForm.tsx'
import { AddPostForm, EditPostForm } from './PostForm.tsx'
import { ReturnForm } from './ReturnForm.tsx'

const titles: Record<PersonTask['name'], string> = {
  edit: '修改个人信息',
  addPost: '增加任职',
  duties: '设定岗位职责',
  move: '调动',
  leave: '办理离职或退休',
  return: '恢复在职',
  history: '沿革',
  editPost: '修改任职',
  endPost: '免去任职',
  deletePost: '删除任职',
}

/** One person: everything on record, and one task at a time. */
export function PersonPanel({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const [task, setTask] = useState<PersonTask>()
  const person = useQuery(apiQuery(directory.adminPerson, { id }))
  const back = () => setTask(undefined)
  return (
    <SidePanel title={task ? `${titles[task.name]}：${name}` : name} onClose={task ? back : onClose}>
      {task && (
        <button type="button" className="qt-plain oa-link oa-back qt-row" onClick={back}>
          <Icon name="chevronLeft" size={16} />
          回到{name}
        </button>
      )}
      <Await query={person}>
        {(data) =>
          task ? <Task person={data} task={task} onDone={back} /> : <PersonFacts person={data} start={setTask} />
        }
      </Await>
    </SidePanel>
  )
}

function Task({ person, task, onDone }: { person: AdminPerson; task: PersonTask; onDone: () => void }) {
  switch (task.name) {
    case 'edit':
      return <PersonForm person={person} onDone={onDone} />
    case 'addPost':
      return <AddPostForm person={person} onDone={onDone} />
    case 'editPost':
      return <EditPostForm person={person} post={task.post} onDone={onDone} />
    case 'endPost':
      return <EndPostForm person={person} post={task.post} onDone={onDone} />
    case 'deletePost':
      return <DeletePostForm person={person} post={task.post} onDone={onDone} />
    case 'duties':
      return <DutiesForm person={person} onDone={onDone} />
    case 'move':
      return <MoveForm person={person} onDone={onDone} />
    case 'leave':
      return <LeaveForm person={person} onDone={onDone} />
    case 'return':
      return <ReturnForm person={person} onDone={onDone} />
    case 'history':
      return <HistoryList call={directory.personHistory} id={person.id} />
  }
}
