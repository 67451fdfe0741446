import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError, useCommand } from '#kernel/web'
import { Page, RecordForm, toast } from '#ui'
import { NewPerson, NewPost, personStatuses } from '../../contract.ts'
import { directory } from '../client.ts'
import { AdminNav } from './AdminNav.tsx'
import { personFields, postFields, reasonField } from './fields.ts'
import { useChoices, useUnitSource } from './use-pickers.ts'

const { posts: _posts, ...own } = NewPerson.shape
/** One page: the person and the main post. */
const Flat = NewPost.omit({ kind: true }).extend(own)

interface Known {
  id: string
  /** as the notice says it */
  who: string
}

/** 新建人员: somebody known already is found by number or by name and mobile, and gets a post instead. */
export function NewPersonPage() {
  const navigate = useNavigate()
  const { ranks } = useChoices()
  const units = useUnitSource()
  const create = useCommand(directory.createPerson, { quiet: true })
  const [known, setKnown] = useState<Known>()
  const [similar, setSimilar] = useState(false)

  const refuseSame = async (identityNumber: string) => {
    const { person } = await directory.findSamePerson({ identityNumber })
    if (!person) return
    const who = `${person.name}，${person.unitName}，${personStatuses[person.status]}`
    setKnown({ id: person.id, who })
    const message = `目录里已有此人：${who}`
    throw new ApiError({
      status: 409,
      code: 'same-person',
      detail: message,
      errors: [{ path: 'identityNumber', message }],
    })
  }
  const submit = async (input: typeof Flat._output) => {
    setKnown(undefined)
    if (input.identityNumber) await refuseSame(input.identityNumber)
    const { unitId, title, leader, charge, phone, room, validFrom, ...person } = input
    const post = { kind: 'main' as const, unitId, title, leader, charge, phone, room, validFrom }
    try {
      return await create.mutateAsync({ ...person, posts: [post] })
    } catch (error) {
      if (error instanceof ApiError && error.code === 'similar-person') {
        setSimilar(true)
        setKnown({ id: String(error.extra.personId), who: `${input.name}，手机号相同` })
      }
      throw error instanceof ApiError ? besideFields(error) : error
    }
  }
  return (
    <Page watermark title="新建人员" sentence="先查是否已有此人：已有的只增加任职，不重复建立。" above={<AdminNav />}>
      {known && (
        <p className="oa-notice" role="status">
          <span>{known.who}</span>
          <Link className="oa-link" to="/organization/people/$id/post" params={{ id: known.id }}>
            为此人增加任职
          </Link>
        </p>
      )}
      <RecordForm
        id="person.new"
        schema={Flat}
        groups={[
          {
            title: '个人信息',
            fields: [
              ...personFields(ranks),
              {
                name: 'identityNumber',
                label: '公民身份号码',
                secret: true,
                help: '加密保存，用来认出同一个人',
                kind: 'text',
                maxLength: 40,
              },
              {
                name: 'confirmed',
                label: '与已有人员同名同号',
                kind: 'switch',
                on: '已核实，确非同一人',
                off: '还没有核实',
                visible: () => similar,
              },
            ],
          },
          { title: '主职', fields: [...postFields(units), reasonField] },
        ]}
        submitLabel="建立人员"
        onSubmit={submit}
        onDone={(person) => {
          toast.done(`已建立${person.name}`)
          void navigate({ to: '/organization', search: { q: person.name, row: person.posts[0]?.id } })
        }}
      />
    </Page>
  )
}

/** The form is flat; the server speaks of the first post. */
const besideFields = (error: ApiError): ApiError =>
  new ApiError({
    ...error,
    status: error.status,
    code: error.code,
    detail: error.detail,
    errors: error.errors.map(({ path, message }) => ({ path: path.replace(/^posts\.0\./, ''), message })),
  })
