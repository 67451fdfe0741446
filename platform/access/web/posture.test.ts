import { expect, it } from 'vitest'
import { versionOf } from './posture.ts'

it.each([
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/108', '10.0'],
  ['Mozilla/5.0 (Linux; Android 13; Pixel) Chrome/108', '13'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) Safari', '16.5'],
  ['Mozilla/5.0 (iPad; CPU OS 16_5_1 like Mac OS X) Safari', '16.5.1'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari', '10.15.7'],
  ['Mozilla/5.0 (X11; Linux x86_64) Chrome/108', ''],
  ['', ''],
])('%s runs on %s', (agent, version) => expect(versionOf(agent)).toBe(version))
