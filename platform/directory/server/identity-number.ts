import { type Keyring, SealedBoxError } from '#kernel/crypto'
import type { Job, Kernel, SealedColumn } from '#kernel/module'
import { asSystem } from '#kernel/system'

const UNBOUND = 'directory.person.identity'
const INDEX = 'directory.identity'
/** The box is of this person: copied to another's row it does not open. */
const boundTo = (personId: string): string => `${UNBOUND}.2/${personId}`

/** What a rotation of the data keys seals anew. */
export const sealedIdentities: SealedColumn = {
  table: 'directory.person',
  key: 'id',
  column: 'identity_box',
  aad: boundTo,
}

/** The blind index of an identity number (GB 11643, normalised). */
export const identityIndexer =
  (keys: Keyring) =>
  (identity: string): Buffer =>
    keys.blindIndex(INDEX, identity)

/** Seals a person's identity number for storage: the box to keep and the blind index to find it again. */
export const identitySealer = (
  keys: Keyring,
): ((identity: string, personId: string) => { box: Buffer; index: Buffer }) => {
  const indexOf = identityIndexer(keys)
  return (identity, personId) => ({ box: keys.seal(identity, boundTo(personId)), index: indexOf(identity) })
}

/** Opens a box of this person's, also one of before boxes were bound to people. */
export const openIdentity = (keys: Keyring, box: Buffer, personId: string): string => {
  try {
    return keys.open(box, boundTo(personId)).toString('utf8')
  } catch (error) {
    if (!(error instanceof SealedBoxError)) throw error
    return keys.open(box, UNBOUND).toString('utf8')
  }
}

const BATCH = 500
/** Seals a batch of old boxes anew; answers the last person looked at. One that does not open stays as it is, and is told. */
const resealBatch = (kernel: Kernel, after: string | null): Promise<string | undefined> =>
  asSystem(kernel, async ({ sql }) => {
    const rows = await sql<{ id: string; box: Buffer }>(
      `select id, identity_box as box from directory.person where identity_seal = 1 and identity_box is not null
         and ($1::uuid is null or id > $1) order by id limit ${BATCH} for update`,
      [after],
    )
    const seal = identitySealer(kernel.keys)
    const fresh = rows.flatMap(({ id, box }) => {
      try {
        return [{ id, ...seal(openIdentity(kernel.keys, box, id), id) }]
      } catch (error) {
        kernel.log.error({ err: error, personId: id }, '公民身份号码无法解密')
        return []
      }
    })
    await sql(
      `update directory.person x set identity_box = t.box, identity_seal = 2 from unnest($1::uuid[], $2::bytea[]) t (id, box) where x.id = t.id`,
      [fresh.map(({ id }) => id), fresh.map(({ box }) => box)],
    )
    return rows.at(-1)?.id
  })

/** Binds every old box to its person, batch by batch: killed in the middle, the next run goes on with what is left. */
export const resealIdentities = async (kernel: Kernel): Promise<void> => {
  for (let after: string | null = null; ; ) {
    const last = await resealBatch(kernel, after)
    if (last === undefined) return
    after = last
  }
}
export const identityJobs: readonly Job[] = [
  { name: 'directory.reseal-identity', daily: '03:20', runLong: resealIdentities },
]
