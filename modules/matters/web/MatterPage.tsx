import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, Facts, format, Page, ReasonButton } from '#ui'
import { layers, levelWords, type Matter, matterKinds } from '../contract.ts'
import { matters } from './client.ts'
import { Gaps } from './Gaps.tsx'
import { Guide } from './Guide.tsx'
import { Score, StateTag, useTypes, VersionTag } from './marks.tsx'
import './matters.css'

/** One matter: the guide, what it hangs on, its versions and what carries it out. */
export function MatterPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const matter = useQuery(apiQuery(matters.matter, { id }))
  return <Await query={matter}>{(data) => <Shown key={data.id} matter={data} />}</Await>
}

function Shown({ matter }: { matter: Matter }) {
  return (
    <Page
      wide
      title={matter.name}
      sentence={
        <span className="qt-row mt-head">
          <StateTag state={matter.state} />
          {layers[matter.layer]}，{matterKinds[matter.kind]}，{matter.unit.name}
        </span>
      }
      above={<Link to="/matters">事项目录</Link>}
      actions={<Actions matter={matter} />}
    >
      <div className="mt-record">
        <Guide elements={matter.elements} local={matter.local} held={matter.held} />
        <aside className="mt-side">
          <Side matter={matter} />
        </aside>
      </div>
    </Page>
  )
}

function Actions({ matter }: { matter: Matter }) {
  const navigate = useNavigate()
  const { can, id } = matter
  const open = (draft: { id: string; matterId: string }, part = '/edit') =>
    void navigate({
      to: `/matters/$id/versions/$versionId${part}`,
      params: { id: draft.matterId, versionId: draft.id },
    })
  const revise = useCommand(matters.revise, { onSuccess: (draft) => open(draft, draft.can.edit ? '/edit' : '') })
  const repeal = useCommand(matters.repeal, { onSuccess: (draft) => open(draft, '') })
  return (
    <div className="qt-row">
      {matter.layer !== 'basic' && matter.state === 'published' && (
        <Link to="/services/$id/apply" params={{ id }}>
          <Button type="primary">申请办理</Button>
        </Link>
      )}
      {can.claim && (
        <Link to="/matters/claim" search={{ q: matter.name }}>
          <Button>认领</Button>
        </Link>
      )}
      {can.edit && (
        <Button loading={revise.isPending} onClick={() => revise.mutate({ id })}>
          修订
        </Button>
      )}
      {can.repeal && (
        <ReasonButton
          verb="提请废止"
          name={matter.name}
          label="为什么废止"
          consequence={
            matter.layer === 'basic' ? '审核通过后，下级认领的也一并废止；在办的办件按原版本办完。' : undefined
          }
          onConfirm={(reason) => repeal.mutateAsync({ id, reason })}
        />
      )}
    </div>
  )
}

function Side({ matter }: { matter: Matter }) {
  const { typeName, unverified } = useTypes()
  return (
    <>
      <section aria-label="归属">
        <h2>归属</h2>
        <Facts
          rows={[
            ['编码', matter.code],
            ['类型', typeName(matter.type)],
            ['单位', matter.unit.name],
            ['层级', levelWords[matter.level]],
            ['三定职责', matter.function && `${matter.function.content}（${matter.function.basis}）`],
            [
              '上一层',
              matter.parent && (
                <Link to="/matters/$id" params={{ id: matter.parent.id }}>
                  {matter.parent.name}，{matter.parent.unitName}
                </Link>
              ),
            ],
            ['办结', matter.finished > 0 && `近来 ${matter.finished} 件`],
            ['平均用时', matter.averageHours !== null && `${format.number(matter.averageHours)} 小时`],
            ['评价', matter.stars !== null && `${matter.stars} 星`],
          ]}
        />
        {unverified && matter.code && (
          <p className="mt-note qt-small qt-quiet">编码中的类型、层级代码尚待与标准原文核对。</p>
        )}
      </section>
      {matter.gaps.length > 0 && (
        <section aria-label="完整程度">
          <h2>
            <Score value={matter.completeness} />
          </h2>
          <Gaps gaps={matter.gaps} />
        </section>
      )}
      {matter.below.length > 0 && (
        <section aria-label="由谁实施">
          <h2>
            {matter.layer === 'basic'
              ? `由 ${matter.implementing > 10_000 ? '一万多' : format.number(matter.implementing)} 个单位实施`
              : '业务办理项'}
          </h2>
          <ul className="mt-below">
            {matter.below.map((one) => (
              <li key={one.id}>
                <Link to="/matters/$id" params={{ id: one.id }}>
                  {matter.layer === 'basic' ? one.unitName : one.name}
                </Link>
              </li>
            ))}
          </ul>
          {matter.implementing > matter.below.length && (
            <Link to="/matters" search={{ layer: 'implementing', q: matter.name }}>
              全部实施单位
            </Link>
          )}
        </section>
      )}
      <section aria-label="版本">
        <h2>版本</h2>
        <ul className="mt-versions">
          {matter.versions.map((version) => (
            <li key={version.id}>
              <Link to="/matters/$id/versions/$versionId" params={{ id: matter.id, versionId: version.id }}>
                第 {version.no} 版{version.purpose === 'repeal' && '（废止）'}
              </Link>
              <VersionTag state={version.state} />
              <span className="qt-small qt-second">
                {version.authorName}，{format.day(version.publishedAt ?? version.updatedAt)}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}
