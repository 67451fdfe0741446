import { Button } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { format, Light, Tag, useCan } from '#ui'
import { type AdminPerson, personStatuses, postKinds } from '../../contract.ts'
import { directory } from '../client.ts'
import { Facts } from './Facts.tsx'
import { statusLights } from './words.ts'

/** What is done in the pane now. */
export type PersonTask =
  | { name: 'edit' | 'addPost' | 'duties' | 'move' | 'leave' | 'return' | 'history' }
  | { name: 'editPost' | 'endPost' | 'deletePost'; post: AdminPerson['posts'][number] }

interface Props {
  person: AdminPerson
  start: (task: PersonTask) => void
}

/** What is on record of somebody; each part leads to its change. */
export function PersonFacts({ person, start }: Props) {
  const { manage } = person.can
  const inOffice = person.status === 'active'
  const current = person.posts.filter((post) => post.validTo === null)
  const past = person.posts.filter((post) => post.validTo !== null)
  return (
    <>
      <p className="qt-row">
        <Light state={statusLights[person.status]}>{personStatuses[person.status]}</Light>
        <span className="qt-small qt-quiet">修改于 {format.moment(person.updatedAt)}</span>
      </p>
      <div className="qt-row qt-block" style={{ flexWrap: 'wrap' }}>
        {manage && inOffice && <Button onClick={() => start({ name: 'edit' })}>修改个人信息</Button>}
        {manage && inOffice && <Button onClick={() => start({ name: 'move' })}>调动</Button>}
        {manage && inOffice && <Button onClick={() => start({ name: 'leave' })}>离职或退休</Button>}
        {manage && !inOffice && <Button onClick={() => start({ name: 'return' })}>恢复在职</Button>}
        <Button onClick={() => start({ name: 'history' })}>沿革</Button>
      </div>
      {!manage && <p className="oa-notice">主职不在您的管理范围内：个人信息由主职单位维护，您可以维护本单位的任职。</p>}
      <section className="qt-block" aria-label="个人信息">
        <Facts
          rows={[
            ['拼音', person.pinyin],
            ['性别', person.gender],
            ['手机号', person.mobile],
            ['电子邮箱', person.email],
            ['职级', person.rank],
            ['人事编号', person.staffNo],
            ['身份号码', person.identityMasked && <Identity person={person} />],
          ]}
        />
      </section>
      <section className="qt-block" aria-label="任职">
        <h3>任职</h3>
        <ul className="oa-items">
          {current.map((post) => (
            <Post key={post.id} post={post} start={inOffice ? start : undefined} />
          ))}
        </ul>
        {inOffice && (
          <button type="button" className="qt-plain oa-link" onClick={() => start({ name: 'addPost' })}>
            增加任职
          </button>
        )}
        {past.length > 0 && (
          <details>
            <summary className="qt-small qt-second">以往任职 {past.length} 条</summary>
            <ul className="oa-items">
              {past.map((post) => (
                <Post key={post.id} post={post} />
              ))}
            </ul>
          </details>
        )}
      </section>
      <section className="qt-block" aria-label="岗位职责">
        <h3>岗位职责</h3>
        {person.duties.length === 0 && <p className="qt-small qt-quiet">没有设定。流程按岗位职责找人。</p>}
        <ul>
          {person.duties.map(({ unit, duty }) => (
            <li key={`${unit.id} ${duty}`} className="qt-row">
              <Tag tone="primary">{duty}</Tag>
              <span className="qt-small qt-second">{unit.shortName}</span>
            </li>
          ))}
        </ul>
        {inOffice && current.some((post) => post.can.manage) && (
          <button type="button" className="qt-plain oa-link" onClick={() => start({ name: 'duties' })}>
            设定岗位职责
          </button>
        )}
      </section>
    </>
  )
}

/** Masked until it is asked for; each reading is recorded. */
function Identity({ person }: { person: AdminPerson }) {
  const can = useCan()
  const [whole, setWhole] = useState<string>()
  const read = useCommand(directory.identityNumber, {
    invalidates: [],
    onSuccess: ({ identityNumber }) => setWhole(identityNumber ?? undefined),
  })
  return (
    <>
      {whole ?? person.identityMasked}{' '}
      {!whole && can('directory:identity') && (
        <button
          type="button"
          className="qt-plain oa-link"
          title="每次查看都会记入审计记录"
          onClick={() => read.mutate({ id: person.id })}
        >
          显示
        </button>
      )}
    </>
  )
}

function Post({ post, start }: { post: AdminPerson['posts'][number]; start?: Props['start'] }) {
  const span = post.validTo
    ? `${format.day(post.validFrom)} 至 ${format.day(post.validTo)}`
    : `${format.day(post.validFrom)} 起`
  return (
    <li className="oa-item">
      <b>{post.title || '（未填职务）'}</b> <Tag>{postKinds[post.kind]}</Tag>{' '}
      {post.leader && <Tag tone="primary">领导</Tag>}
      <p className="qt-small qt-second">
        {post.unit.id === post.org.id ? post.org.name : `${post.org.name} ${post.unit.name}`}
      </p>
      <p className="qt-small qt-quiet">{[span, post.phone, post.room].filter(Boolean).join('，')}</p>
      {post.charge && <p className="qt-small qt-quiet">分管 {post.charge}</p>}
      {start && post.can.manage && (
        <div className="oa-links">
          <button type="button" className="qt-plain" onClick={() => start({ name: 'editPost', post })}>
            修改<span className="qt-hidden">任职{post.title}</span>
          </button>
          {post.kind !== 'main' && (
            <button type="button" className="qt-plain" onClick={() => start({ name: 'endPost', post })}>
              免去<span className="qt-hidden">任职{post.title}</span>
            </button>
          )}
          {/* what was in effect before today has been so, and can only end */}
          {post.kind !== 'main' && post.validFrom >= format.today() && (
            <button type="button" className="qt-plain" onClick={() => start({ name: 'deletePost', post })}>
              录错了，删除<span className="qt-hidden">任职{post.title}</span>
            </button>
          )}
        </div>
      )}
    </li>
  )
}
