import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import { type CardDef, useShell } from '#ui'

export type Shown = CardDef & { Body: LazyExoticComponent<ComponentType> }

const made = new Map<CardDef, Shown>()
const withBody = (card: CardDef): Shown => {
  const shown = made.get(card) ?? { ...card, Body: lazy(() => card.lazy().then((body) => ({ default: body }))) }
  made.set(card, shown)
  return shown
}

/** The cards of every module, whoever may see them. */
export const useCards = (): Shown[] => {
  const { modules } = useShell()
  return modules.flatMap((module) => module.cards ?? []).map(withBody)
}
