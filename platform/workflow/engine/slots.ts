import type { Slot } from './state.ts'

/** How the slots of one round hang together: who stands for whom, and who must have answered first. */
export const isOpen = ({ state }: Slot): boolean => state === 'open'
export const isLeft = ({ state }: Slot): boolean => state !== 'done' && state !== 'cancelled'

const parentOf = (slots: readonly Slot[], { to }: Slot): Slot | undefined => slots.find(({ id }) => id === to)
export const rootOf = (slots: readonly Slot[], slot: Slot): Slot => {
  const parent = parentOf(slots, slot)
  return parent ? rootOf(slots, parent) : slot
}
export const depthOf = (slots: readonly Slot[], slot: Slot | undefined): number =>
  slot ? 1 + depthOf(slots, parentOf(slots, slot)) : 0

/** Does it count in the decision? Whoever was brought in by somebody set before a signer helps that signer, however he was added. */
export const isVote = (slots: readonly Slot[], slot: Slot): boolean => {
  if (slot.place === 'main') return true
  if (slot.place !== 'after' && slot.place !== 'parallel') return false
  const parent = parentOf(slots, slot)
  return parent === undefined || isVote(slots, parent)
}
/** Must `other` have answered before `slot` may? Those set before it, those it asked, and all who came by them; helpers 协办 hold nobody up. */
export const waitsFor = (slots: readonly Slot[], slot: Slot, other: Slot): boolean => {
  if (other.place === 'assist') return false
  const parent = parentOf(slots, other)
  if (parent === slot) return other.place === 'before' || other.place === 'delegate'
  return parent !== undefined && waitsFor(slots, slot, parent)
}
/** Who speaks last of those set behind a signer; whoever is added now comes after them. */
export const lastBehind = (slots: readonly Slot[], slot: Slot): Slot => {
  const next = slots.find(({ to, place, state }) => to === slot.id && place === 'after' && state !== 'cancelled')
  return next ? lastBehind(slots, next) : slot
}

/** 减签: whoever stood behind one who is left out takes that place; who came beside him stays for whom he stood. Answers who is now open. */
export const takePlace = (slots: readonly Slot[], gone: Slot): Slot[] => {
  const opened: Slot[] = []
  for (const slot of slots.filter(({ to }) => to === gone.id)) {
    slot.to = gone.to
    if (slot.place === 'after' && slot.state === 'waiting') {
      slot.place = gone.place
      if (gone.state === 'open') opened.push(slot)
    } else if (slot.place === 'parallel' && (gone.place === 'before' || gone.place === 'delegate'))
      slot.place = 'before'
  }
  return opened
}
