import { trace } from '@opentelemetry/api'
import { logs } from '@opentelemetry/api-logs'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import type { Sampler } from '@opentelemetry/sdk-trace-base'
import { every, Supervisor, type TaskOptions } from '@runwell/core'
import type { Fleet } from '@runwell/core/adapter'
import { MemoryFleet, VirtualClock } from '@runwell/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { otelObserver } from '../src/index.ts'
import { linksOf, MemorySdk, statusOf, unregisterAll } from './memory-sdk.ts'

let sdk: MemorySdk
let clock: VirtualClock
let fleet: MemoryFleet

beforeEach(async () => {
  sdk = new MemorySdk().register()
  clock = new VirtualClock()
  fleet = new MemoryFleet({ lease: '30s' })
  await clock.advance('30m') // the next hourly slot is 30 min away
})
afterEach(() => {
  unregisterAll()
  logs.disable()
})

type Run = NonNullable<TaskOptions['run']>
const lasts: Run = ({ sleep }) => sleep('2h')

interface Process {
  readonly member: Fleet
  readonly supervisor: Supervisor
}

async function start(
  run: Run,
  { isTraced = true, ...task }: Partial<TaskOptions> & { readonly isTraced?: boolean } = {},
): Promise<Process> {
  const member = fleet.member()
  const observers = isTraced ? [otelObserver({ exportAtStart: false })] : []
  const supervisor = new Supervisor({ clock, fleet: member, observers, env: {} })
  supervisor.register({ name: 'nightly', scope: 'service', schedule: every('1h'), ...task, run })
  await supervisor.start()
  return { member, supervisor }
}

async function running(first: Run = lasts, options: Parameters<typeof start>[1] = {}): Promise<Process> {
  const process = await start(first, options)
  await clock.advance('30m')
  await clock.advance('20s')
  return process
}

const activeIn = ({ supervisor }: Process) => supervisor.task('nightly')?.active()[0]
const ended = () => sdk.spans.filter(({ name }) => name === 'run nightly')

describe('a run that a process takes over from one that was killed', () => {
  it('is in one trace with the attempt that was lost', async () => {
    const lost = await running()
    const { annotations, startedAt = 0, runId } = activeIn(lost) ?? {}
    const next = await start(() => {})
    fleet.kill(lost.member)
    await clock.advance('1m')

    const [first, second] = [sdk.span('lost nightly'), sdk.span('run nightly')]
    const traceId = annotations?.['trace_id']
    expect([first.spanContext().traceId, second.spanContext().traceId]).toEqual([traceId, traceId])
    expect(first.parentSpanContext?.spanId).toBe(annotations?.['span_id'])
    expect(second.parentSpanContext?.spanId).toBe(first.spanContext().spanId)
    expect(first.attributes).toMatchObject({
      'runwell.task.name': 'nightly',
      'runwell.task.owner': 'app',
      'runwell.task.trigger': 'schedule',
      'runwell.task.run.id': runId,
      'runwell.task.run.attempt': 1,
      'runwell.task.run.result': 'cancellation',
      'runwell.task.run.abort_cause': 'lease-lost',
      'error.type': 'lease-lost',
      'runwell.supervisor.instance.id': lost.supervisor.instanceId,
      'runwell.task.run.recorded_by': next.supervisor.instanceId,
      'runwell.task.scheduled_time': second.attributes['runwell.task.scheduled_time'],
    })
    expect(statusOf(first)).toBe(`ERROR: process ${lost.supervisor.instanceId} died or lost its lease`)
    expect(second.attributes).toMatchObject({
      'runwell.task.run.attempt': 2,
      'runwell.task.run.result': 'success',
    })
    // 50 s from the start of the lost attempt to the takeover.
    expect(first.startTime).toEqual([Math.floor(startedAt / 1_000), (startedAt % 1_000) * 1e6])
    expect(first.duration).toEqual([50, 0])
    expect(second.startTime).toEqual(first.endTime)
  })

  it('has the texts that the lost attempt was annotated with on the span of that attempt', async () => {
    const lost = await running(({ annotate, sleep }) => {
      annotate({ tenant: 'acme' })
      return sleep('2h')
    })
    await start(() => {})
    fleet.kill(lost.member)
    await clock.advance('1m')

    const { attributes } = sdk.span('lost nightly')
    expect(attributes['runwell.task.run.annotation.tenant']).toBe('acme')
    expect(attributes).not.toHaveProperty('runwell.task.run.annotation.trace_id')
    expect(sdk.span('run nightly').attributes).not.toHaveProperty('runwell.task.run.annotation.tenant')
  })

  it('is the parent of the spans of its code', async () => {
    const lost = await running()
    await start(() => void trace.getTracer('app').startSpan('fetch').end())
    fleet.kill(lost.member)
    await clock.advance('1m')

    const fetch = sdk.span('fetch')
    expect(fetch.parentSpanContext?.spanId).toBe(sdk.span('run nightly').spanContext().spanId)
    expect(fetch.spanContext().traceId).toBe(sdk.span('lost nightly').spanContext().traceId)
  })

  it('links to the run before in this process, not to the attempt that was lost', async () => {
    let isEnabled = true
    await start(() => {}, { enabled: () => isEnabled })
    await clock.advance('45m')
    const before = sdk.span('run nightly').spanContext()
    isEnabled = false
    const lost = await start(lasts)
    await clock.advance('45m')
    await clock.advance('20s')
    expect(activeIn(lost)).toMatchObject({ attempt: 1 })
    isEnabled = true
    fleet.kill(lost.member)
    await clock.advance('1m')

    const [, second] = ended()
    expect(second?.attributes['runwell.task.run.attempt']).toBe(2)
    expect(linksOf(second as never)['previous_run']).toMatchObject({ spanId: before.spanId })
  })

  it('has all attempts in one trace, if several processes have lost it', async () => {
    const first = await running()
    const traceId = activeIn(first)?.annotations?.['trace_id']
    const second = await start(lasts)
    fleet.kill(first.member)
    await clock.advance('1m')
    expect(activeIn(second)).toMatchObject({ attempt: 2 })
    await start(() => {})
    fleet.kill(second.member)
    await clock.advance('1m')

    const lost = sdk.spans.filter(({ name }) => name === 'lost nightly')
    const all = [...lost, sdk.span('run nightly')]
    expect(all.map((span) => span.attributes['runwell.task.run.attempt'])).toEqual([1, 2, 3])
    expect(new Set(all.map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]))
  })

  it('has a trace of its own with both attempts, if the process that was lost had no traces', async () => {
    const lost = await running(lasts, { isTraced: false })
    await start(() => {})
    fleet.kill(lost.member)
    await clock.advance('1m')

    const [first, second] = [sdk.span('lost nightly'), sdk.span('run nightly')]
    expect(first.parentSpanContext).toBeUndefined()
    expect(second.parentSpanContext?.spanId).toBe(first.spanContext().spanId)
  })

  it('has a trace with both attempts, even if the trace of the first one was dropped', async () => {
    unregisterAll()
    let isFirst = true
    const sampler: Sampler = {
      shouldSample: () => ({ decision: isFirst ? 0 : 2 }),
      toString: () => 'drops what comes first',
    }
    sdk = new MemorySdk({ sampler }).register()
    const lost = await running()
    expect(activeIn(lost)?.annotations).toMatchObject({ trace_flags: '00' })
    isFirst = false
    await start(() => {})
    fleet.kill(lost.member)
    await clock.advance('1m')

    const [first, second] = [sdk.span('lost nightly'), sdk.span('run nightly')]
    expect(first.spanContext().traceId).not.toBe(activeIn(lost)?.annotations?.['trace_id'])
    expect(second.parentSpanContext?.spanId).toBe(first.spanContext().spanId)
  })

  it('is traced, however small the share of the traced runs is', async () => {
    const lost = await running(lasts, { trace: { ratio: 0.000001 } })
    await start(() => {}, { trace: { ratio: 0.000001 } })
    fleet.kill(lost.member)
    await clock.advance('1m')

    expect(ended()).toHaveLength(1)
  })

  it('has no span if the task is not traced', async () => {
    const lost = await running(lasts, { trace: 'off' })
    await start(() => {}, { trace: 'off' })
    fleet.kill(lost.member)
    await clock.advance('1m')

    expect(sdk.spans.filter(({ name }) => name.endsWith('nightly'))).toEqual([])
  })
})

describe('a run that a process takes over from one that was frozen', () => {
  it('has the span of that process in the same trace, once it has thawed', async () => {
    const lost = await running()
    await start(() => {})
    fleet.freeze(lost.member)
    await clock.advance('1m')
    fleet.thaw(lost.member)
    await clock.advance('1m')

    const [late] = ended().filter((span) => span.attributes['runwell.task.run.attempt'] === 1)
    expect(late?.attributes).toMatchObject({
      'runwell.task.run.result': 'cancellation',
      'runwell.task.run.abort_cause': 'lease-lost',
    })
    expect(sdk.span('lost nightly').parentSpanContext?.spanId).toBe(late?.spanContext().spanId)
    expect(new Set(ended().map((span) => span.spanContext().traceId)).size).toBe(1)
  })
})

describe('a run that a process takes over from one that stops', () => {
  it('is a child of the attempt that the stop has aborted', async () => {
    const left = await running()
    await start(() => {})
    const stopped = left.supervisor.stop({ deadline: '5s' })
    await clock.advance('1m')
    await stopped

    const [first, second] = ended()
    expect(first?.attributes['runwell.task.run.abort_cause']).toBe('shutdown')
    expect(second?.attributes['runwell.task.run.attempt']).toBe(2)
    expect(second?.parentSpanContext?.spanId).toBe(first?.spanContext().spanId)
    expect(sdk.spans.filter(({ name }) => name === 'lost nightly')).toEqual([])
  })
})

describe('the log records of a run that was lost', () => {
  async function records(runFor: '2s' | '20s') {
    const exporter = new InMemoryLogRecordExporter()
    const processors = [new SimpleLogRecordProcessor({ exporter })]
    logs.setGlobalLoggerProvider(new LoggerProvider({ processors }))
    fleet = new MemoryFleet({ lease: '1s' })
    const lost = await start(lasts)
    await clock.advance('30m')
    await clock.advance(runFor)
    const active = activeIn(lost)
    await start(() => {})
    fleet.kill(lost.member)
    await clock.advance('5s')
    return { active, lost, told: exporter.getFinishedLogRecords() }
  }

  it('say which process has lost it, with the ids of its span', async () => {
    const { active, lost, told } = await records('20s')
    const [record] = told.filter(({ eventName }) => eventName === 'run.lost')
    expect(record?.severityText).toBe('ERROR')
    expect(record?.body).toBe(
      `nightly: run was lost, since process ${lost.supervisor.instanceId} died or lost its lease; it is run again 21 s after its start`,
    )
    expect(record?.attributes).toMatchObject({
      'runwell.task.run.id': active?.runId,
      'runwell.task.run.duration': 21,
      'runwell.supervisor.instance.id': lost.supervisor.instanceId,
    })
    expect(record?.spanContext).toMatchObject({
      traceId: active?.annotations?.['trace_id'],
      spanId: active?.annotations?.['span_id'],
    })
  })

  it('are not there if it was short', async () => {
    const { told } = await records('2s')
    expect(told).toEqual([])
  })
})
