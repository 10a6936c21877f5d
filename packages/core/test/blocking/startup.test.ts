import { expect, it } from 'vitest'
import { every, logObserver, type RunContext } from '../../src/index.ts'
import { consoleLines, setUp } from '../supervised.ts'

const second = 1_000

function logged() {
  const lines: string[] = []
  const write = (level: string) => (text: string) => void lines.push(`${level} ${text}`)
  const logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  const blocks = () => lines.filter((line) => line.includes('The event loop was blocked'))
  return { observer: logObserver(logger), blocks }
}

it('a block in the first 5 s after the start is only a debug line, but is reported', async () => {
  const { observer, blocks } = logged()
  const { clock, supervisor, recorder } = setUp()
  supervisor.observe(observer)
  await supervisor.start()
  clock.block(800)
  await clock.advance(2 * second)

  expect(recorder.of('loop.blocked')).toMatchObject([{ suspect: undefined, atStartup: true }])
  expect(blocks()).toEqual([expect.stringMatching(/^debug The event loop was blocked for 8\d\d ms$/)])
})

it('a later block is a warning', async () => {
  const { observer, blocks } = logged()
  const { clock, supervisor, recorder } = setUp()
  supervisor.observe(observer)
  await supervisor.start()
  await clock.advance(6 * second)
  clock.block(800)
  await clock.advance(second)

  expect(recorder.of('loop.blocked').map(({ atStartup }) => atStartup)).toEqual([undefined])
  expect(blocks()).toEqual([expect.stringMatching(/^warn /)])
})

it.each([
  [100, 'debug'],
  [900, 'warn'],
])('a block of %d ms by a task right after the start has level %s', async (ms, level) => {
  const { observer, blocks } = logged()
  const { clock, supervisor } = setUp()
  supervisor.observe(observer)
  const task = supervisor.register({
    name: 'warm-up',
    schedule: every('1h', { immediate: true }),
    run: (_: RunContext) => clock.block(ms),
  })
  await supervisor.start()
  await clock.advance(2 * second)

  expect(blocks()).toEqual([expect.stringMatching(new RegExp(`^${level} .* most likely by task 'warm-up'$`))])
  expect(task.metrics().blockedMs).toBeGreaterThan(0)
})

it('the console has no line for modules that load after start()', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  await supervisor.start()
  clock.block(3 * second)
  await clock.advance(2 * second)

  expect(lines).toEqual([])
})
