import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useEffect } from 'react'
import { ApiError, apiQuery, useCommand } from '#kernel/web'
import { Avatar, Dot, EmptyState, ErrorState, Icon, Skeleton300, Tag, usePhone } from '#ui'
import type { PersonCard } from '../contract.ts'
import { useAccount } from './account.ts'
import { rememberPerson } from './account-memory.ts'
import { directory } from './client.ts'
import { copy } from './copy.ts'
import { copyText, maskedWords, postKindWord, telHref, termOf } from './person-words.ts'
import { UnitName } from './UnitName.tsx'
import { mainPost } from './use-home.ts'
import './card.css'

/** A person's card: how to reach them first, then posts and duties. `unitId`: the post in this unit is the one shown. */
export function PersonDetails({ id, unitId }: { id: string; unitId?: string }) {
  const person = useQuery(apiQuery(directory.person, { id }))
  if (person.data) return <Card card={person.data} unitId={unitId} />
  if (!person.isError) return <Skeleton300 lines={8} />
  const { error } = person
  if (error instanceof ApiError && (error.status === 404 || error.status === 400 || error.status === 422))
    return <EmptyState icon="user" title="没有这位人员" detail="可能已离任，或者不对您公开。" />
  return <ErrorState error={error} onRetry={() => void person.refetch()} />
}

function Card({ card, unitId }: { card: PersonCard; unitId?: string }) {
  const account = useAccount()
  const main = mainPost(card)
  const post = card.posts.find(({ unit, org }) => unit.id === unitId || org.id === unitId) ?? main
  useEffect(() => {
    if (card.id === account) return
    const place = main ? { title: main.title, unitName: main.org.shortName } : { title: '', unitName: '' }
    rememberPerson(account, { id: card.id, name: card.name, ...place })
  }, [account, card.id, card.name, main])
  return (
    <>
      <div className="ct-cardhead">
        <Avatar name={card.name} tone="own" large />
        <div className="qt-grow">
          <h2>{card.name}</h2>
          <div className="qt-second">{post?.title}</div>
        </div>
        <Favourite card={card} />
      </div>
      <Actions card={card} post={post} />
      <Facts card={card} post={post} />
      <Posts card={card} />
      {card.duties.length > 0 && (
        <section>
          <h3>职责</h3>
          <div className="ct-tags wrap">
            {[...new Set(card.duties.map(({ duty }) => duty))].map((duty) => (
              <Tag key={duty}>{duty}</Tag>
            ))}
          </div>
        </section>
      )}
    </>
  )
}

function Favourite({ card }: { card: PersonCard }) {
  const invalidates = [directory.person, directory.favourites]
  const add = useCommand(directory.addFavourite, { invalidates })
  const remove = useCommand(directory.removeFavourite, { invalidates })
  const busy = add.isPending || remove.isPending
  // what was asked for is shown at once; a failure puts it back and is told in a message
  const on = busy ? add.isPending : card.favourite
  return (
    <button
      type="button"
      className={`qt-ib ct-star${on ? ' on' : ''}`}
      aria-pressed={on}
      aria-label={on ? '移出常用' : '加入常用'}
      title={on ? '移出常用' : '加入常用'}
      onClick={() => {
        if (!busy) (card.favourite ? remove : add).mutate({ id: card.id })
      }}
    >
      <Icon name="star" />
    </button>
  )
}

type Post = PersonCard['posts'][number] | undefined

function Actions({ card, post }: { card: PersonCard; post: Post }) {
  const phone = usePhone()
  const number = card.mobile ?? post?.phone
  const size = phone ? 'large' : undefined
  const icon = phone ? 20 : 16
  return (
    <div className="ct-actions">
      <Button
        type="primary"
        size={size}
        disabled={!number}
        href={number ? telHref(number) : undefined}
        icon={<Icon name="phone" size={icon} />}
      >
        通话
      </Button>
      <Button
        size={size}
        icon={<Icon name="copy" size={icon} />}
        onClick={() => void copy(copyText(card, post), `${card.name}的联系方式`)}
      >
        复制
      </Button>
      <Button
        size={size}
        icon={<Icon name="download" size={icon} />}
        href={directory.vcard.url({ id: card.id })}
        aria-label="下载名片"
      >
        名片
      </Button>
    </div>
  )
}

function Facts({ card, post }: { card: PersonCard; post: Post }) {
  const facts = [
    { label: '办公电话', field: 'phone', value: post?.phone, tel: true },
    { label: '手机', field: 'mobile', value: card.mobile, tel: true },
    { label: '电子邮箱', field: 'email', value: card.email },
    { label: '办公地点', field: 'room', value: post?.room, plain: true },
    { label: '职级', field: 'rank', value: card.rank, plain: true },
  ]
  const words = maskedWords(card.masked)
  return (
    <>
      <dl className="ct-facts">
        {facts.map(({ label, field, value, tel, plain }) => {
          const masked = card.masked.includes(field)
          if (!value && !masked && !tel) return null
          return (
            <div key={field}>
              <dt>{label}</dt>
              <dd className={value ? undefined : 'qt-quiet'}>
                {value ? tel ? <a href={telHref(value)}>{value}</a> : value : masked ? '已遮盖' : '未登记'}
              </dd>
              {value && !plain && (
                <dd>
                  <button type="button" className="qt-plain ct-textlink" onClick={() => void copy(value, label)}>
                    复制
                  </button>
                </dd>
              )}
            </div>
          )
        })}
      </dl>
      {words && (
        <p className="ct-masked">
          <Icon name="lock" size={16} />
          {words}按可见性规则不对您显示。确需联系，请找{post ? `${post.org.shortName}的` : '对方单位'}管理员。
        </p>
      )}
    </>
  )
}

function Posts({ card }: { card: PersonCard }) {
  if (card.posts.length === 0) return null
  return (
    <section>
      <h3>任职</h3>
      <ul className="ct-posts">
        {card.posts.map((one) => (
          <li key={one.id} className={one.kind === 'main' ? 'main' : undefined}>
            <UnitName unit={one.org} />
            {one.unit.id !== one.org.id && (
              <>
                {' '}
                <UnitName unit={one.unit} />
              </>
            )}{' '}
            {one.title}
            <small>
              {postKindWord(one.kind)}
              <Dot />
              {termOf(one)}
              {one.charge && (
                <>
                  <Dot />
                  {one.charge.startsWith('分管') ? one.charge : `分管${one.charge}`}
                </>
              )}
            </small>
          </li>
        ))}
      </ul>
    </section>
  )
}
