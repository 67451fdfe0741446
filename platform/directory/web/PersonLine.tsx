import { Link } from '@tanstack/react-router'
import { Avatar, Dot, highlight, Icon, Marked, Tag, usePhone } from '#ui'
import type { PersonRow } from '../contract.ts'
import { placeOf, postKindWord, shownPinyin, telHref } from './person-words.ts'
import './people.css'

/** The way to a person: a page of its own on the phone, the card beside the list on the desktop. */
export function PersonLink({ id, children }: { id: string; children: string | React.ReactNode }) {
  const phone = usePhone()
  const target = phone
    ? ({ to: '/contacts/people/$id', params: { id } } as const)
    : ({
        to: '/contacts',
        search: (old: object) => ({ ...old, person: id }),
        replace: true,
        resetScroll: false,
      } as const)
  return (
    <Link {...target} className="ct-personlink" data-line="">
      {children}
    </Link>
  )
}

export function Dotted({ words }: { words: readonly string[] }) {
  return words.map((word, index) => (
    <span key={word}>
      {index > 0 && <Dot />}
      {word}
    </span>
  ))
}

type Reachable = Pick<PersonRow, 'phone' | 'mobile' | 'masked'>

/** Masked is said, so that nobody takes it for missing. */
function Phone({ row, field }: { row: Reachable; field: 'phone' | 'mobile' }) {
  const masked = row.masked.includes(field)
  const look = `${masked ? 'qt-quiet' : 'qt-num'}${field === 'mobile' ? ' ct-mobile' : ''}`
  return <span className={look}>{masked ? '已遮盖' : row[field]}</span>
}

interface UnitPersonProps {
  row: Reachable & Pick<PersonRow, 'personId' | 'name' | 'postKind'>
  /** what the person does there */
  words: readonly string[]
  selected: boolean
}

/** One person of a unit: name, title, telephones; on the phone two lines and a button to call. */
export function UnitPerson({ row, words, selected }: UnitPersonProps) {
  const phone = usePhone()
  const title = (
    <span className="ct-title qt-ellipsis">
      <Dotted words={words} />
      {row.postKind !== 'main' && <Tag>{postKindWord(row.postKind)}</Tag>}
    </span>
  )
  return (
    <div className={`ct-person${selected ? ' selected' : ''}`}>
      <span className="ct-who">
        <Avatar name={row.name} tone={selected ? 'own' : 'calm'} />
        <span className="qt-grow">
          <PersonLink id={row.personId}>
            <b>{row.name}</b>
          </PersonLink>
          {phone && title}
        </span>
      </span>
      {phone ? (
        <CallButton row={row} />
      ) : (
        <>
          {title}
          <Phone row={row} field="phone" />
          <Phone row={row} field="mobile" />
        </>
      )}
    </div>
  )
}

/** One person somewhere in the province: the found letters marked, and where to find them. */
export function FoundPerson({ row, q, selected = false }: { row: PersonRow; q: string; selected?: boolean }) {
  const phone = usePhone()
  const found = highlight(q, row.name, row.pinyin)
  return (
    <div className={`ct-person found${selected ? ' selected' : ''}`}>
      <span className="ct-who">
        <Avatar name={row.name} tone={selected ? 'own' : 'calm'} />
        <span className="qt-grow">
          <PersonLink id={row.personId}>
            <b>
              <Marked text={row.name} ranges={found.name} />
            </b>
            <small aria-hidden="true">
              <Marked text={shownPinyin(row.pinyin)} ranges={found.pinyin} />
            </small>
          </PersonLink>
          {phone && (
            <span className="ct-title qt-ellipsis">
              <Dotted words={placeOf(row)} />
            </span>
          )}
        </span>
      </span>
      {phone ? (
        <CallButton row={row} />
      ) : (
        <>
          <span className="ct-title qt-ellipsis">
            <Dotted words={placeOf(row)} />
          </span>
          <Phone row={row} field="phone" />
        </>
      )}
    </div>
  )
}

/** At the right edge of a line on the phone; absent when there is no number to call. */
function CallButton({ row }: { row: Reachable & { name: string } }) {
  const number = row.mobile ?? row.phone
  if (!number) return null
  return (
    <a className="qt-ib ct-call" href={telHref(number)} aria-label={`打电话给${row.name}`}>
      <Icon name="phone" size={24} />
    </a>
  )
}
