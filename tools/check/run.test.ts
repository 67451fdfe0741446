import { expect, it } from 'vitest'
import { runAll, summary } from './run.ts'

const script = (name: string, code: string) => ({ name, args: ['-e', code] })

it('runs every check to its end, keeps their order and tells of every failure', async () => {
  const outcomes = await runAll(
    [
      script('slow', "setTimeout(() => console.log('late'), 200)"),
      script('wrong', "console.log('on stdout'); console.error('on stderr'); process.exit(3)"),
      script('killed', "process.kill(process.pid, 'SIGKILL')"),
      script('good', ''),
    ],
    import.meta.dirname,
  )
  expect(outcomes.map(({ name, passed }) => [name, passed])).toEqual([
    ['slow', true],
    ['wrong', false],
    ['killed', false],
    ['good', true],
  ])
  const text = summary(outcomes)
  expect(text).toMatch(/── wrong ──\n(on stdout\non stderr|on stderr\non stdout)\n/)
  expect(text).toContain('── killed ──\n(no output)')
  expect(text).not.toContain('late')
  expect(
    text
      .split('\n')
      .slice(-4)
      .map((line) => line.replace(/ +\d+\.\d s$/, '')),
  ).toEqual(['ok      slow', 'FAILED  wrong', 'FAILED  killed', 'ok      good'])
})
