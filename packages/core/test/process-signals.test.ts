import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { SignalOptions } from '../src/index.ts'
import type { Ending } from './programs/child.ts'
import { Child } from './programs/child.ts'

type Options = SignalOptions & { readonly after?: string }

async function started(behaviors: string, options: Options, nodeArgs: string[] = []): Promise<Child> {
  const child = new Child({ program: 'service', nodeArgs }, behaviors, JSON.stringify(options))
  await child.wrote('ready')
  await wait(50)
  return child
}

async function signalled(
  child: Child,
  ...signals: readonly (readonly [afterMs: number, signal: NodeJS.Signals])[]
): Promise<Ending> {
  await child.wrote('') // `tookMs` is counted from here
  for (const [afterMs, signal] of signals) {
    await wait(afterMs)
    child.signal(signal)
  }
  return child.ended()
}

describe.concurrent('a process that gets more than one signal', { timeout: 30_000 }, () => {
  it('has one second left after a second SIGINT', async () => {
    const child = await started('ignores', { deadline: '20s' })
    const { output, code, tookMs } = await signalled(child, [0, 'SIGINT'], [1_300, 'SIGINT'])

    expect(output).toContain('SIGINT again: the stop ends within 1 s')
    expect(output).toMatch(/Stopped in .+s; 1 run did not end in time: ignores-0/)
    expect(code).toBe(1)
    expect(tookMs).toBeLessThan(1_300 + 1_000 + 2_000)
  })

  it('exits at the third SIGINT', async () => {
    const child = await started('ignores', { deadline: '20s' })
    const { code, signal, tookMs } = await signalled(child, [0, 'SIGINT'], [1_200, 'SIGINT'], [400, 'SIGINT'])

    expect({ code, signal }).toEqual({ code: 130, signal: null })
    expect(tookMs).toBeLessThan(1_600 + 800)
  })

  it('does not hurry if a runner has doubled Ctrl-C, or a framework repeats SIGTERM', async () => {
    const endings = await Promise.all([
      signalled(
        await started('ignores', { deadline: '4s' }),
        [0, 'SIGINT'],
        [30, 'SIGINT'],
        [300, 'SIGTERM'],
      ),
      signalled(
        await started('ignores', { deadline: '4s' }),
        [0, 'SIGTERM'],
        [1_200, 'SIGTERM'],
        [300, 'SIGTERM'],
      ),
    ])

    for (const { output, code, tookMs } of endings) {
      expect(output).not.toContain('again')
      expect(code).toBe(1)
      expect(tookMs).toBeGreaterThan(2_300)
    }
  })

  it('ends its report within a second of a second SIGINT, and its watchdog does not kill it', async () => {
    const child = await started('polite', { deadline: '12s', watchdog: true, after: 'reports-for-ever' })
    const { output, code, signal, tookMs } = await signalled(child, [0, 'SIGINT'], [1_500, 'SIGINT'])

    expect(output).toContain('all runs ended; exit code 0')
    expect(output).toContain('onReport has not ended')
    expect(output).not.toContain('event loop is blocked')
    expect({ code, signal }).toEqual({ code: 0, signal: null })
    expect(tookMs).toBeGreaterThan(2_400)
    expect(tookMs).toBeLessThan(2_500 + 1_500)
  })
})

describe.concurrent('a process in which a run asks for the stop', { timeout: 30_000 }, () => {
  it.each([
    ['stops', 0],
    ['stops,ignores', 1],
  ])('logs the plan and the report, and exits with its code: %s', async (behaviors, exitCode) => {
    const child = new Child('service', behaviors, JSON.stringify({ deadline: '20s' }))
    await child.wrote('ready')
    const { output, code } = await child.ended()

    expect(output).toMatch(/Stopping \(requested by a run\): \d+ tasks? of priority normal.*; at most 1 s/)
    expect(output).toMatch(new RegExp(`Stopped in .+; exit code ${exitCode}\\n$`))
    expect(code).toBe(exitCode)
  })
})

describe.concurrent('a process whose output is no longer read', { timeout: 30_000 }, () => {
  it.each<('stderr' | 'stdout')[][]>([[['stderr']], [['stderr', 'stdout']]])(
    'stops in order: %j',
    async (streams) => {
      const child = await started('complains,polite', { deadline: '5s' })
      child.stopReading(...streams)
      const { code, signal } = await signalled(child, [50, 'SIGTERM'])

      expect({ code, signal }).toEqual({ code: 0, signal: null })
    },
  )
})

describe('a process that may start no threads', () => {
  it('stops without its watchdog and logs that once', { timeout: 30_000 }, async () => {
    const isStable = process.allowedNodeEnvironmentFlags.has('--permission')
    const permission = isStable ? '--permission' : '--experimental-permission'
    const child = await started('ignores', { deadline: '3s', watchdog: true }, [
      permission,
      '--allow-fs-read=*',
    ])
    const { output, code } = await signalled(child, [0, 'SIGINT'], [1_200, 'SIGINT'])

    expect(output.split('The watchdog cannot start its thread')).toHaveLength(2)
    expect(output).not.toContain('escaped')
    expect(output).toContain('SIGINT again: the stop ends within 1 s')
    expect(output).toMatch(/did not end in time: ignores-0 .+; exit code 1\n$/)
    expect(code).toBe(1)
  })
})

describe.concurrent('a process with two supervisors that handle its signals', { timeout: 30_000 }, () => {
  it.each([
    ['every run ends', '', 0],
    ['one run of one of them is abandoned', 'stubborn', 1],
  ])('exits after the last of their stops, with the highest exit code: %s', async (_, behavior, exitCode) => {
    const child = new Child('two-supervisors', behavior)
    await child.wrote('ready')
    const { output, code, signal } = await signalled(child, [0, 'SIGTERM'])

    expect(output).toContain('committed')
    expect(output.match(/Stopped in/g)).toHaveLength(2)
    expect({ code, signal }).toEqual({ code: exitCode, signal: null })
  })
})
