import { format, Icon, Tag } from '#ui'
import { type Notice, noticeKinds } from '../contract.ts'
import { Attachments } from './Attachments.tsx'
import { ReadersPanel } from './ReadersPanel.tsx'
import { StateTag } from './StateTag.tsx'
import { paragraphs, pieces } from './text.ts'

/** A notice as its readers see it; before it is out, this is its preview. */
export function NoticeView({ notice, onUnit }: { notice: Notice; onUnit?: (unitId: string) => void }) {
  const people = notice.audience.reduce((sum, unit) => sum + unit.people, 0)
  return (
    <div className="qt-inbox-view nt-view">
      <p className="nt-meta">
        {notice.state !== 'published' && <StateTag state={notice.state} />}
        {notice.pinnedUntil && <Tag tone="warn">置顶至 {format.day(notice.pinnedUntil)}</Tag>}
        <span>{noticeKinds[notice.kind]}</span>
        {onUnit ? (
          <button
            type="button"
            className="qt-plain link"
            title="只看这个单位的通知"
            onClick={() => onUnit(notice.unitId)}
          >
            {notice.unitName}
          </button>
        ) : (
          <span>{notice.unitName}</span>
        )}
        <span>起草 {notice.authorName}</span>
        {notice.publishedAt && <time dateTime={notice.publishedAt}>{format.moment(notice.publishedAt)}</time>}
        {notice.expiresOn && <span>有效至 {format.day(notice.expiresOn)}</span>}
      </p>
      {notice.reason && (
        <p className="nt-reason">
          <Icon name="warning" size={16} />
          {notice.state === 'withdrawn' ? '这份通知已撤回' : '退回修改'}：{notice.reason}
        </p>
      )}
      <div className="nt-body">
        {paragraphs(notice.body).map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: paragraphs have no identity and never move
          <p key={at}>
            {pieces(line).map(({ text, href }, place) =>
              href ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: the same
                <a key={place} href={href} target="_blank" rel="noopener noreferrer">
                  {text}
                </a>
              ) : (
                text
              ),
            )}
          </p>
        ))}
      </div>
      <Attachments notice={notice} />
      {notice.audience.length > 0 && (
        <p className="qt-small qt-quiet">
          通知范围：{notice.audience.map((unit) => unit.name).join('、')}（约 {format.number(people)} 人）
        </p>
      )}
      {notice.can.readers && <ReadersPanel noticeId={notice.id} />}
    </div>
  )
}
