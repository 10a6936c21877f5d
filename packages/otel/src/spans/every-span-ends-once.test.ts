import type { TracerProvider } from '@opentelemetry/api'
import { BasicTracerProvider, type Span, type SpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { Outcome } from '@runwell/core'
import { outcomes } from '@runwell/core/adapter'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FakeRun, FakeSupervisor, FakeTask, forEver } from '../../test/fake-supervisor.ts'
import { otelObserver } from '../otel-observer.ts'

/** Counts the calls of `end()`, because the SDK ignores a second call. */
class Ledger implements SpanProcessor {
  readonly calls = new Map<Span, number>()

  onStart(span: Span): void {
    this.calls.set(span, 0)
    const end = span.end.bind(span)
    span.end = (time) => {
      this.calls.set(span, (this.calls.get(span) ?? 0) + 1)
      end(time)
    }
  }

  onEnd(): void {}
  forceFlush = async (): Promise<void> => {}
  shutdown = async (): Promise<void> => {}
}

type Step =
  | { readonly do: 'begin'; readonly kind: 'run' | 'loop' | 'unit' | 'loop-unit' }
  | { readonly do: 'ready' | 'retry' | 'tick' | 'restart' | 'pause' | 'unregister' }
  | {
      readonly do: 'end'
      readonly which: number
      readonly outcome: Outcome
      /** False after the observer was detached. */
      readonly isHeard: boolean
    }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('begin' as const),
    kind: fc.constantFrom('run' as const, 'loop' as const, 'unit' as const, 'loop-unit' as const),
  }),
  fc.record({
    do: fc.constantFrom('ready', 'retry', 'tick', 'restart', 'pause', 'unregister'),
  }) as fc.Arbitrary<Step>,
  fc.record({
    do: fc.constant('end' as const),
    which: fc.nat(20),
    outcome: fc.constantFrom(...outcomes),
    isHeard: fc.boolean(),
  }),
)

async function live(steps: readonly Step[]): Promise<Ledger> {
  const ledger = new Ledger()
  const tracerProvider: TracerProvider = new BasicTracerProvider({ spanProcessors: [ledger] })
  const supervisor = new FakeSupervisor(otelObserver({ tracerProvider, metrics: false, monitorSpans: 'all' }))
  const mail = supervisor.register(new FakeTask('mail'))
  const loop = supervisor.register(new FakeTask('loop', { schedule: forEver }))
  const runs: FakeRun[] = []
  let parent: FakeRun | undefined

  for (const each of steps) {
    supervisor.now += 25_000
    switch (each.do) {
      case 'begin': {
        const isLoop = each.kind.startsWith('loop')
        const unit = each.kind.endsWith('unit') ? 'message' : undefined
        const run = supervisor.run(isLoop ? loop : mail, { unit, parent: unit && parent?.annotations })
        if (unit === undefined) parent = run
        runs.push(run)
        break
      }
      case 'end': {
        const [run] = runs.splice(each.which % Math.max(1, runs.length), 1)
        if (run === undefined) break
        if (each.isHeard) run.end(each.outcome, new Error('no'))
        else run.settle(each.outcome)
        break
      }
      default:
        happen(supervisor, each.do, runs)
    }
  }
  for (const run of runs) run.settle('abandoned')
  await new Promise((resolve) => setImmediate(resolve))
  return ledger
}

function happen(supervisor: FakeSupervisor, what: string, runs: readonly FakeRun[]): void {
  const error = new Error('no')
  if (what === 'ready') runs.at(-1)?.emit('run.ready', { how: 'beat', afterMs: 1 })
  else if (what === 'retry') runs.at(-1)?.emit('run.retried', { delayMs: 1, attempt: 1, error })
  else if (what === 'restart') {
    supervisor.emit({ type: 'restart.scheduled', task: 'loop', cause: 'threw', delayMs: 1, streak: 0, error })
  } else if (what === 'pause') supervisor.emit({ type: 'task.paused', task: 'loop' })
  else if (what === 'unregister') supervisor.emit({ type: 'task.unregistered', task: 'mail' })
  else {
    const recoveries = [{ task: 'mail', rule: 'hung', refused: undefined }]
    supervisor.emit({
      type: 'monitor.ticked',
      startedAt: supervisor.now,
      tookMs: 1,
      tasks: 2,
      changed: [],
      recoveries,
      health: 'healthy',
    })
  }
}

describe('for any order of events', () => {
  it('every started span is ended once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const ledger = await live(steps)

        expect(
          [...ledger.calls].filter(([, ends]) => ends !== 1).map(([span, ends]) => [span.name, ends]),
        ).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('this test counts every span', async () => {
    const ledger = await live([
      { do: 'begin', kind: 'loop' },
      { do: 'ready' },
      { do: 'end', which: 0, outcome: 'failed', isHeard: true },
      { do: 'restart' },
      { do: 'begin', kind: 'loop' },
      { do: 'begin', kind: 'loop-unit' },
      { do: 'begin', kind: 'run' },
      { do: 'tick' },
    ])

    expect(
      [...ledger.calls.keys()].map((span: { name: string }) => span.name).sort((a, b) => a.localeCompare(b)),
    ).toEqual([
      'end loop',
      'end loop',
      'monitor',
      'restart loop',
      'restart mail',
      'run mail',
      'start loop',
      'start loop',
      'supervisor default',
      'unit loop message',
    ])
  })
})
