import { expect, it } from 'vitest'
import { sayAgent } from './agent.ts'

it.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0',
    'Windows，Edge 浏览器',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604',
    '苹果手机或平板，Safari 浏览器',
  ],
  ['Mozilla/5.0 (Linux; Android 14) AppleWebKit/537 Chrome/120 Mobile Safari/537 MicroMessenger/8.0', '安卓，微信'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Linux，Firefox 浏览器'],
  ['curl/8.5', '未知设备'],
  ['', '未知设备'],
])('%s', (agent, words) => expect(sayAgent(agent)).toBe(words))
