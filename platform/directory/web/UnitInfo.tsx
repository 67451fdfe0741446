import { ErrorState, format, Skeleton300, usePhone } from '#ui'
import type { UnitDetail } from '../contract.ts'
import { copy } from './copy.ts'
import { telHref } from './person-words.ts'
import { UnitTags } from './UnitHead.tsx'
import { UnitLink } from './UnitLink.tsx'
import type { KnownUnit } from './use-unit.ts'
import './card.css'

const nameKinds = { full: '曾用名', short: '曾用简称', plate: '挂牌', mark: '曾用代字' } as const

/** A unit's own card: how to reach it, its codes, its statutory functions with their basis, its names over time. */
export function UnitInfo({ unit, error, again }: { unit: KnownUnit; error: unknown; again: () => void }) {
  const { detail } = unit
  const phone = usePhone()
  return (
    <>
      <div className="ct-cardhead">
        <div>
          <h2 className="small">{phone ? unit.name : unit.shortName}</h2>
          {!phone && <UnitTags unit={unit} />}
        </div>
      </div>
      {detail && <Details unit={detail} />}
      {!detail && (error ? <ErrorState error={error} onRetry={again} /> : <Skeleton300 lines={5} />)}
    </>
  )
}

function Details({ unit }: { unit: UnitDetail }) {
  const facts: [string, string | null][] = [
    ['办公地点', unit.address],
    ['机关代字', unit.documentMark],
    ['信用代码', unit.creditCode],
    ['条线', unit.line],
    ['人数', unit.peopleTotal > 0 ? format.number(unit.peopleTotal) : null],
    ['编制', unit.establishment === null ? null : format.number(unit.establishment)],
  ]
  const names = unit.names.filter(({ kind, validTo }) => kind === 'plate' || validTo !== null)
  return (
    <>
      <dl className="ct-facts">
        {unit.phone && (
          <>
            <dt>电话</dt>
            <dd>
              <a href={telHref(unit.phone)}>{unit.phone}</a>
            </dd>
            <dd>
              <button
                type="button"
                className="qt-plain ct-textlink"
                onClick={() => void copy(unit.phone ?? '', '电话')}
              >
                复制
              </button>
            </dd>
          </>
        )}
        {facts.map(
          ([label, value]) =>
            value && (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      {unit.functions.length > 0 && (
        <section>
          <h3>三定职责</h3>
          <ol className="ct-functions">
            {unit.functions.map(({ content, basis }) => (
              <li key={content}>
                {content}
                <small>{basis}</small>
              </li>
            ))}
          </ol>
        </section>
      )}
      {unit.superior && (
        <section>
          <h3>业务主管单位</h3>
          <UnitLink unit={{ ...unit.superior, peopleTotal: 0 }} full />
        </section>
      )}
      {names.length > 0 && (
        <section>
          <h3>名称沿革</h3>
          <ul className="ct-functions">
            {names.map(({ kind, name, validFrom, validTo }) => (
              <li key={`${kind} ${name} ${validFrom}`}>
                {name}
                <small>
                  {nameKinds[kind]}，{format.day(validFrom)} 起{validTo && `，至 ${format.day(validTo)}`}
                </small>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
