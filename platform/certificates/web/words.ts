import type { LightState } from '#ui'
import { type Anchor, type CertificateRow, certificateStates } from '../contract.ts'

/** How many days before its end a certificate asks for attention. */
const SOON = 30

/** State and remaining time in one mark. */
export const lightOf = ({
  state,
  daysLeft,
}: Pick<CertificateRow, 'state' | 'daysLeft'>): readonly [LightState, string] => {
  if (state !== 'valid') return [state === 'early' ? 'off' : 'over', certificateStates[state]]
  if (daysLeft >= SOON) return ['ok', certificateStates.valid]
  return ['warn', daysLeft === 0 ? '今天到期' : `还有 ${daysLeft} 天`]
}

export const anchorLights: Record<Anchor['state'], readonly [LightState, string]> = {
  proposed: ['warn', '等待批准'],
  trusted: ['ok', '受信任'],
  refused: ['off', '未同意'],
  retired: ['off', '不再信任'],
}
