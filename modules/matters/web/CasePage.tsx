import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Alert, Button, Input, Rate } from 'antd'
import { Suspense, useState } from 'react'
import { apiQuery, createClient, useCommand, useRealtime } from '#kernel/web'
import { FormRead, FormView } from '#platform/forms/web'
import { workflowApi } from '#platform/workflow/contract'
import { Await, Facts, format, Page, ReasonButton, Skeleton300 } from '#ui'
import type { MatterCase } from '../contract.ts'
import { CaseTag } from './CasesPage.tsx'
import { matters } from './client.ts'
import './matters.css'

const workflow = createClient(workflowApi)

/** One case: where it stands, what was handed in, what its applicant or handler may do. */
export function CasePage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const queries = useQueryClient()
  useRealtime('matters.case', () => void queries.invalidateQueries({ queryKey: matters.caseOf.key }))
  const query = useQuery(apiQuery(matters.caseOf, { id }))
  return <Await query={query}>{(data) => <Shown key={`${data.id}.${data.state}`} it={data} />}</Await>
}

function Shown({ it }: { it: MatterCase }) {
  return (
    <Page
      wide
      watermark
      title={it.name}
      sentence={
        <span className="qt-row mt-head">
          <CaseTag state={it.state} />
          {it.applicantName}，{it.applicantUnit}，编号 {it.number}
        </span>
      }
      above={<Link to="/services/cases">我的办件</Link>}
      actions={<Actions it={it} />}
    >
      <div className="mt-record">
        <div className="mt-guide">
          {it.can.supplement && (
            <Alert
              type="warning"
              showIcon
              title="请照办理单位的意见补正，再提交"
              description={it.events.at(-1)?.text}
            />
          )}
          {it.parts.length > 0 && <Parts it={it} />}
          <Form it={it} />
          <After it={it} />
        </div>
        <aside className="mt-side">
          <section aria-label="办理">
            <h2>办理</h2>
            <Facts
              rows={[
                ['办理单位', it.parts.length > 0 ? '' : it.unit.name],
                ['承诺办结', it.dueOn && format.day(it.dueOn)],
                ['提交时间', format.moment(it.submittedAt)],
                ['办结时间', it.endedAt && format.moment(it.endedAt)],
                ['事项版本', it.versionNo && `第 ${it.versionNo} 版`],
                [
                  '属于',
                  it.parent && (
                    <Link to="/services/cases/$id" params={{ id: it.parent.id }}>
                      {it.parent.name}
                    </Link>
                  ),
                ],
              ]}
            />
          </section>
          <section aria-label="经过">
            <h2>经过</h2>
            <ol className="mt-events">
              {it.events.map((event) => (
                <li key={`${event.at}${event.what}`}>
                  <b>{event.what}</b>
                  <span className="qt-small qt-second">
                    {event.name}，{format.moment(event.at)}
                  </span>
                  {event.text && <p>{event.text}</p>}
                </li>
              ))}
            </ol>
          </section>
        </aside>
      </div>
    </Page>
  )
}

function Actions({ it }: { it: MatterCase }) {
  const withdraw = useCommand(matters.withdrawCase)
  const complain = useCommand(matters.complain)
  const { can, id } = it
  return (
    <div className="qt-row">
      {can.handle && it.instanceId && (
        <Link to="/cases/$id" params={{ id: it.instanceId }}>
          <Button type="primary">去办理</Button>
        </Link>
      )}
      {can.withdraw && (
        <ReasonButton
          verb="撤回"
          name={it.name}
          label="为什么撤回"
          consequence="撤回后这次申请就结束了，要办得重新申请。"
          onConfirm={(reason) => withdraw.mutateAsync({ id, reason })}
        />
      )}
      {can.complain && (
        <ReasonButton
          verb="投诉"
          name={it.name}
          label="投诉什么"
          ok="提交投诉"
          most={1000}
          onConfirm={(text) => complain.mutateAsync({ id, text })}
        />
      )}
    </div>
  )
}

/** One line for all units of a bundle. */
function Parts({ it }: { it: MatterCase }) {
  const done = it.parts.filter(({ state }) => state === 'done').length
  return (
    <section aria-label="进度">
      <h2>
        {it.parts.length} 个单位，已办结 {done} 个
      </h2>
      <ol className="mt-progress">
        {it.parts.map((part) => (
          <li key={part.caseId}>
            {part.caseId && (
              <Link to="/services/cases/$id" params={{ id: part.caseId }}>
                {part.name}
              </Link>
            )}
            <span className="qt-small qt-second">{part.unitName}</span>
            {part.state && <CaseTag state={part.state} />}
          </li>
        ))}
      </ol>
    </section>
  )
}

function Form({ it }: { it: MatterCase }) {
  const queries = useQueryClient()
  const { form, recordId, instanceId } = it
  if (!form || !recordId) return null
  if (!it.can.supplement || !instanceId)
    return (
      <Suspense fallback={<Skeleton300 lines={6} />}>
        <FormRead view={form} recordId={recordId} />
      </Suspense>
    )
  /** What is mended and the step that hands it in again are one command of the process. */
  const handIn = async (values: Parameters<typeof matters.apply>[0]['given']) => {
    const { mine } = await workflow.caseFile({ id: instanceId })
    if (!mine) throw new Error('这个办件已经不在补正环节，请刷新后再看。')
    await workflow.act({
      id: instanceId,
      act: { do: 'complete', slot: mine.slot, outcome: 'submit', values, formRevision: it.recordRevision ?? undefined },
    })
  }
  return (
    <Suspense fallback={<Skeleton300 lines={6} />}>
      <FormView
        view={form}
        recordId={recordId}
        draft={{
          purpose: 'matters.supplement',
          reference: it.id,
          title: `补正：${it.name}`,
          path: `/services/cases/${it.id}`,
        }}
        submitLabel="补正完毕，提交"
        onSubmit={handIn}
        onDone={() => void queries.invalidateQueries({ queryKey: matters.caseOf.key })}
      />
    </Suspense>
  )
}

/** What comes after: the applicant's stars, a complaint and its answer. */
function After({ it }: { it: MatterCase }) {
  const rate = useCommand(matters.rate)
  const [stars, setStars] = useState(0)
  const [review, setReview] = useState('')
  return (
    <>
      {it.can.rate && (
        <section aria-label="评价" className="mt-rate">
          <h2>办得怎么样</h2>
          <Rate value={stars} onChange={setStars} aria-label="星数" />
          <Input.TextArea
            aria-label="评价"
            placeholder="可以写两句"
            value={review}
            maxLength={500}
            onChange={(event) => setReview(event.target.value)}
          />
          <Button
            disabled={stars === 0}
            loading={rate.isPending}
            onClick={() => rate.mutate({ id: it.id, stars, review })}
          >
            提交评价
          </Button>
        </section>
      )}
      {it.stars !== null && (
        <p className="qt-second">
          评价 {it.stars} 星{it.review && `：${it.review}`}
        </p>
      )}
      {it.complaint && (
        <section aria-label="投诉">
          <h2>投诉</h2>
          <p>{it.complaint.text}</p>
          {it.complaint.answer !== null && (
            <p className="qt-second">
              {it.complaint.answeredBy} 答复：{it.complaint.answer}
            </p>
          )}
          {it.complaint.answer === null && !it.can.answer && <p className="qt-second">还没有答复。</p>}
          {it.can.answer && <Answer id={it.id} />}
        </section>
      )}
    </>
  )
}

function Answer({ id }: { id: string }) {
  const answer = useCommand(matters.answerComplaint)
  const [text, setText] = useState('')
  return (
    <div className="mt-rate">
      <Input.TextArea
        aria-label="答复"
        placeholder="怎么处理的，申请人会看到"
        value={text}
        rows={3}
        maxLength={1000}
        onChange={(event) => setText(event.target.value)}
      />
      <Button
        type="primary"
        disabled={text.trim() === ''}
        loading={answer.isPending}
        onClick={() => answer.mutate({ id, answer: text })}
      >
        答复投诉
      </Button>
    </div>
  )
}
