import { execFile } from 'node:child_process'
import { describe, it } from 'vitest'
import { bundleOf } from '../../../scripts/test/bundle-of.ts'
import { OtlpReceiver } from './processes/otlp-receiver.ts'
import { receiver } from './processes/run-service.ts'

const ways = ['stop', 'stop and shutdown', 'exit', 'SIGTERM', 'nothing left to do'] as const

function end(how: string, endpoint: string): Promise<string[]> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_')))
  return new Promise((resolve) => {
    const args = [bundleOf('packages/otel/test/processes/ending.ts'), how, endpoint]
    execFile(process.execPath, args, { env, timeout: 30_000 }, (_error, _stdout, stderr) => {
      resolve(stderr.split('\n').filter((line) => line !== '' && !line.includes('--trace-warnings')))
    })
  })
}

/** Other warnings appear if an export fails before the process ends. */
const summaries = (lines: readonly string[]) =>
  lines.filter((line) => line.includes('could not be delivered'))
const endedFirst =
  'the process ended first. Call `await supervisor.stop()` and `await telemetry.shutdown()` before the process ends.'

describe.concurrent('a short program', { timeout: 60_000 }, () => {
  it.for(ways)('says once what was not delivered without a receiver: %s', async (how, { expect }) => {
    const closed = await OtlpReceiver.listen()
    const { endpoint } = closed
    await closed.close()

    const lines = await end(how, endpoint)

    expect(summaries(lines)).toHaveLength(1)
    expect(summaries(lines)[0]).toMatch(
      /^\(node:\d+\) RunwellWarning: Runwell: 3 spans(?: and \d exports? of metrics)? could not be delivered to /,
    )
    expect(summaries(lines)[0]).toContain(
      how === 'exit'
        ? `${endpoint}: ${endedFirst}`
        : `${endpoint}: connect ECONNREFUSED 127.0.0.1:${new URL(endpoint).port}. Check that an OTLP receiver listens there.`,
    )
  })

  it.for(['stop', 'stop and shutdown', 'SIGTERM'] as const)(
    'says nothing if everything was delivered: %s',
    async (how, { expect, onTestFinished }) => {
      const otlp = await receiver(onTestFinished)
      expect(await end(how, otlp.endpoint)).toEqual([])
    },
  )

  it('says what it would have had to wait for, although the receiver works', async ({
    expect,
    onTestFinished,
  }) => {
    const otlp = await receiver(onTestFinished)
    const lines = await end('nothing left to do', otlp.endpoint)
    expect(lines).toEqual([
      expect.stringContaining(`3 spans could not be delivered to ${otlp.endpoint}: ${endedFirst}`),
    ])
  })

  it('ends by its deadline if the receiver never answers, and says so', async ({
    expect,
    onTestFinished,
  }) => {
    const otlp = await receiver(onTestFinished, 'never')
    const lines = await end('stop in 300 ms', otlp.endpoint)
    expect(lines).toEqual([
      expect.stringMatching(
        /3 spans and \d exports? of metrics could not be delivered to \S+: the receiver did not answer before the process ended\. Check the receiver and the network\.$/,
      ),
    ])
  })
})
