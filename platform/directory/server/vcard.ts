import type { FileAnswer, ParsedOf } from '#kernel/contract'
import type { Ctx } from '#kernel/module'
import type { browseApi, PersonCard } from '../contract/browse.ts'
import { spend } from './budget.ts'
import { seenCard } from './people.ts'
import { viewerOf } from './viewer.ts'

type Card = Pick<PersonCard, 'id' | 'name' | 'gender' | 'mobile' | 'email' | 'posts'>

/** RFC 6350 §3.4: backslash, comma, semicolon and line break are escaped; other control characters have no place. */
const text = (value: string): string =>
  value
    .replace(/[\\,;]/g, '\\$&')
    .replace(/\r\n|\r|\n/g, '\\n')
    .replace(/\p{Cc}/gu, '')

/** RFC 6350 §3.2: at most 75 octets a line, never inside a character. */
const fold = (line: string): string => {
  const lines: string[] = []
  let current = ''
  let octets = 0
  for (const char of line) {
    const size = Buffer.byteLength(char)
    if (octets + size > 75) {
      lines.push(current)
      current = ' '
      octets = 1
    }
    current += char
    octets += size
  }
  return [...lines, current].join('\r\n')
}

const uri = (number: string): string => `tel:${number.replace(/[^\d+;=a-z-]/gi, '')}`
const genders: Record<string, string> = { 男: 'M', 女: 'F' }

/** vCard 4.0 of what the viewer may see; a field that is masked is absent. */
export const writeVcard = (card: Card): string => {
  const [main] = card.posts
  const lines = ['BEGIN:VCARD', 'VERSION:4.0', `UID:urn:uuid:${card.id}`, 'KIND:individual', `FN:${text(card.name)}`]
  const gender = genders[card.gender ?? '']
  if (gender) lines.push(`GENDER:${gender}`)
  if (card.mobile) lines.push(`TEL;TYPE="cell,work";VALUE=uri:${uri(card.mobile)}`)
  for (const { phone } of card.posts) if (phone) lines.push(`TEL;TYPE="voice,work";VALUE=uri:${uri(phone)}`)
  if (card.email) lines.push(`EMAIL;TYPE=work:${text(card.email)}`)
  if (main) {
    const division = main.unit.id === main.org.id ? '' : `;${text(main.unit.name)}`
    lines.push(`ORG:${text(main.org.name)}${division}`)
    if (main.title) lines.push(`TITLE:${text(main.title)}`)
    if (main.charge) lines.push(`ROLE:${text(main.charge)}`)
  }
  return `${[...lines, 'END:VCARD'].map(fold).join('\r\n')}\r\n`
}

export const vcard = async (ctx: Ctx, { id }: ParsedOf<(typeof browseApi)['vcard']>): Promise<FileAnswer> => {
  const card = await seenCard(ctx, await viewerOf(ctx), id)
  await spend(ctx, { people: [id] })
  ctx.audit({ type: 'person', id, label: card.name })
  const body = Buffer.from(writeVcard(card))
  return { stream: once(body), name: `${card.name}.vcf`, mediaType: 'text/vcard', size: body.length }
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}
