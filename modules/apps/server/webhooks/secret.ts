import { randomToken } from '#kernel/crypto'
import type { Kernel, SealedColumn } from '#kernel/module'

const place = (id: string): string => `apps.webhook/${id}`
const oldPlace = (id: string): string => `apps.webhook.old/${id}`

/** What a rotation of the data keys seals anew. */
export const sealedWebhooks: readonly SealedColumn[] = [
  { table: 'apps.webhook', key: 'id', column: 'secret_box', aad: place },
  { table: 'apps.webhook', key: 'id', column: 'old_secret_box', aad: oldPlace },
]

export const newSecret = ({ keys }: Kernel, id: string): { secret: string; box: Buffer } => {
  const secret = `whsec_${randomToken(32)}`
  return { secret, box: keys.seal(secret, place(id)) }
}
/** The box of a secret that is replaced: it moves to another column, and a box belongs to its column. */
export const retireSecret = ({ keys }: Kernel, id: string, box: Buffer): Buffer =>
  keys.seal(keys.open(box, place(id)), oldPlace(id))

export interface Boxes {
  secret_box: Buffer
  old_secret_box: Buffer | null
  old_secret_until: Date | null
}
/** The secrets to sign with now: the one in use first. */
export const secretsOf = ({ keys }: Kernel, id: string, boxes: Boxes, now: Date): string[] => {
  const { secret_box, old_secret_box, old_secret_until } = boxes
  const isOldGood = old_secret_box !== null && old_secret_until !== null && old_secret_until > now
  return [
    keys.open(secret_box, place(id)).toString('utf8'),
    ...(isOldGood ? [keys.open(old_secret_box, oldPlace(id)).toString('utf8')] : []),
  ]
}
