import type { Kernel } from '#kernel/module'
import { type MaskableField, maskableFields } from '../contract/visibility.ts'
import { fieldNumber } from './verdict.ts'
import { worldOf } from './viewer.ts'

/**
 * For queries of other modules whose caller is nobody's exception, such as an application: guards that hide and masks in force, as of at
 * most half a second ago. Parameters of `notHidden` and `notMasked`.
 */
export const closedToAll = async (
  kernel: Kernel,
): Promise<{ hidden: readonly number[]; masked: readonly number[] }> => {
  const { closedToAll } = await worldOf(kernel)
  return { hidden: closedToAll.hiddenAway, masked: closedToAll.maskedAway }
}

/** SQL: no rule hides the unit or person of this guard; `parameter` is the number of `hidden`. */
export const notHidden = (guard: string, parameter: number): string => `${guard} <> all($${parameter}::int[])`

const isMaskable = (field: string): field is MaskableField => Object.hasOwn(maskableFields, field)
/** SQL: no rule masks the field of the person of this guard; `parameter` is the number of `masked`. */
export const notMasked = (guard: string, field: string, parameter: number): string =>
  isMaskable(field) ? `${guard} * 8 + ${fieldNumber(field)} <> all($${parameter}::int[])` : 'true'
