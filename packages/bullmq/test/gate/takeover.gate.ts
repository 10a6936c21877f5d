import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { OtlpReceiver } from '../../../otel/test/processes/otlp-receiver.ts'
import { stores } from './stores.ts'
import type { Orders, Reply } from './takeover/orders.ts'

const program = fileURLToPath(new URL('takeover/child.ts', import.meta.url))
/** Within this time after the kill, another process must have started the run again. */
const takeOverMs = 10_000
const startMs = 20_000

class Child {
  readonly #process: ChildProcess

  constructor(orders: Orders) {
    this.#process = spawn(process.execPath, ['--import', 'tsx', program], {
      env: { ...process.env, TAKEOVER: JSON.stringify(orders), OTEL_BSP_SCHEDULE_DELAY: '200' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
  }

  get ready(): Promise<unknown> {
    return once(this.#process, 'message')
  }

  async tell(): Promise<Reply> {
    this.#process.send('tell')
    const [reply] = await once(this.#process, 'message')
    return reply as Reply
  }

  async end(how: 'kill' | 'stop'): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = once(this.#process, 'exit')
    if (how === 'kill') this.#process.kill('SIGKILL')
    else this.#process.send('stop')
    await ended
  }
}

async function until<Value>(look: () => Promise<Value | false | undefined>): Promise<Value> {
  for (;;) {
    const value = await look()
    if (value !== false && value !== undefined) return value
    await sleep(100)
  }
}

describe.each(Object.entries(stores))('a nightly task on %s', (_name, start) => {
  test('is finished by another process when the one that runs it is killed; history and trace have both attempts', async () => {
    await using store = await start()
    const receiver = await OtlpReceiver.listen()
    const at = Math.ceil((Date.now() + startMs) / 1_000) * 1_000
    const fleet = { ...store.options, queue: 'shop', takeOverWithin: takeOverMs, pollEvery: 250 }
    const orders = { fleet, endpoint: receiver.endpoint, at }
    const children = [new Child(orders), new Child(orders)] as const
    onTestFinished(async () => {
      await Promise.all(children.map((child) => child.end('kill')))
      await receiver.close()
    })
    await Promise.all(children.map(({ ready }) => ready))
    await until(async () =>
      (await Promise.all(children.map((child) => child.tell()))).every((one) => one.members === 2),
    )

    const [killed, survivor, lost] = await until(async () => {
      const [one, other] = [await children[0].tell(), await children[1].tell()]
      if (one.running.length === 0 || other.running.length === 0) return undefined
      return one.active.length === 1
        ? ([children[0], children[1], one] as const)
        : ([children[1], children[0], other] as const)
    })
    const [attempt] = lost.active
    expect(attempt).toMatchObject({ attempt: 1, scheduledAt: at })
    await killed.end('kill')
    const killedAt = Date.now()
    const told = await until(async () => {
      const now = await survivor.tell()
      return now.history.length === 2 && now.active.length === 0 && now
    })
    await survivor.end('stop')

    const [second, first] = told.history
    expect(second).toMatchObject({ scheduledAt: at, attempt: 2, outcome: 'succeeded' })
    expect(first).toMatchObject({
      scheduledAt: at,
      attempt: 1,
      outcome: 'cancelled',
      abortedFor: 'lease-lost',
      instanceId: lost.instanceId,
      runId: attempt?.runId,
      startedAt: attempt?.startedAt,
    })
    expect((second?.startedAt ?? 0) - killedAt).toBeLessThanOrEqual(takeOverMs)

    const spans = receiver.spans().filter(({ name }) => name.includes('invoices.nightly'))
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(
      new Set([attempt?.annotations?.['trace_id']]),
    )
    const named = (name: string) => spans.filter((span) => span.name === `${name} invoices.nightly`)
    const [lostSpan, nextSpan] = [...named('lost'), ...named('run')]
    expect([...named('lost'), ...named('run')]).toMatchObject([
      {
        parentSpanId: attempt?.annotations?.['span_id'],
        attributes: {
          'runwell.task.run.id': attempt?.runId,
          'runwell.supervisor.instance.id': lost.instanceId,
        },
      },
      { parentSpanId: lostSpan?.spanId, attributes: { 'runwell.task.run.id': second?.runId } },
    ])
    const units = spans.filter(({ name }) => name.startsWith('unit '))
    expect(units.map(({ parentSpanId }) => parentSpanId)).toEqual([
      attempt?.annotations?.['span_id'],
      nextSpan?.spanId,
    ])
  }, 120_000)
})
