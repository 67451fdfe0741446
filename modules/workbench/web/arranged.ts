import { allowed, type CardDef } from '#ui'
import type { ArrangedCard } from '../contract.ts'

export type Place = ArrangedCard['place']
export interface Placed<C = CardDef> {
  card: C
  place: Place
}

const ownPlace = (card: CardDef): Place => (card.optional ? 'hidden' : (card.place ?? 'half'))

/**
 * Every card the person may see, in the arranged order; those that the arrangement does not know (a module that came later) stand behind the
 * others, where they put themselves; cards that are no more, or not for this person, are left out.
 */
export const arranged = <C extends CardDef>(
  cards: readonly C[],
  permissions: readonly string[],
  arrangement: readonly ArrangedCard[] | null,
): Placed<C>[] => {
  const mine = cards.filter((card) => allowed(card, permissions)).sort((a, b) => a.order - b.order)
  const known = (arrangement ?? []).flatMap(({ key, place }) => {
    const card = mine.find((one) => one.key === key)
    return card ? [{ card, place }] : []
  })
  const rest = mine.filter((card) => known.every((one) => one.card !== card))
  return [...known, ...rest.map((card) => ({ card, place: ownPlace(card) }))]
}

/** What is kept of a list of cards. Cards this person may not see keep their place for those who may. */
export const kept = (placed: readonly Placed[], before: readonly ArrangedCard[] | null): ArrangedCard[] => {
  const own = placed.map(({ card, place }) => ({ key: card.key, place }))
  return [...own, ...(before ?? []).filter(({ key }) => own.every((one) => one.key !== key))]
}
