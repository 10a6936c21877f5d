import { describe, expect, it } from 'vitest'
import type { SetupName } from './programs/setups.ts'
import { Receiver } from './receiver.ts'
import { runProgram } from './run-program.ts'

interface Span {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
}

async function twoTasks(setup: SetupName, otel: boolean) {
  const receiver = await Receiver.open()
  const { output, errors } = await runProgram('two-tasks', [setup, receiver.dsn, otel ? 'otel' : '']).ended
  await receiver.close()
  const { warnings, spans } = JSON.parse(output || `"${errors}"`) as { warnings: string[]; spans: Span[] }
  const events = receiver.payloads('event').map((event) => ({
    text: event.exception.values.at(-1).value as string,
    who: event.tags.who as string,
    traceId: event.contexts.trace.trace_id as string,
    spanId: event.contexts.trace.span_id as string,
    // A busy machine may add an event about a blocked event loop, which has no breadcrumbs.
    breadcrumbs: (event.breadcrumbs ?? []).map(({ message }: { message: string }) => message) as string[],
  }))
  const eventOf = (text: string) => {
    const event = events.find((other) => other.text === text)
    if (!event) throw new Error(`No event '${text}' among ${JSON.stringify(events)}; ${errors}`)
    return event
  }
  const transactions: Span[] = receiver.payloads('transaction').map(({ transaction, contexts }) => ({
    name: transaction,
    traceId: contexts.trace.trace_id,
    spanId: contexts.trace.span_id,
  }))
  return { warnings, spans, transactions, eventOf }
}

const tasks = ['ann', 'bob']

function expectApart({ warnings, eventOf }: Awaited<ReturnType<typeof twoTasks>>): void {
  expect(warnings).toEqual([])
  for (const task of tasks) {
    for (const event of [eventOf(`${task} noticed`), eventOf(`${task} failed`)]) {
      expect(event).toMatchObject({ who: task, breadcrumbs: [`crumb of ${task}`] })
      expect(event.traceId).toBe(eventOf(`${task} failed`).traceId)
    }
  }
  expect(eventOf('ann failed').traceId).not.toBe(eventOf('bob failed').traceId)
}

const timeoutMs = 60_000

describe('two tasks at the same time', { concurrent: true }, () => {
  it.each(['v11 alone', 'v10 alone'] satisfies SetupName[])(
    'do not share any data: %s',
    async (setup) => {
      expectApart(await twoTasks(setup, false))
    },
    timeoutMs,
  )

  it.each([
    'v11 beside an SDK',
    'v11 before an SDK',
    'v11 beside an SDK, unlinked',
    'v11 beside an SDK of OpenTelemetry 3',
    'v11 before an SDK of OpenTelemetry 3',
    'v10 as the SDK',
    'v10 inside an SDK',
  ] satisfies SetupName[])(
    'do not share any data, each event on the span of its run: %s',
    async (setup) => {
      const seen = await twoTasks(setup, true)

      expectApart(seen)
      for (const task of tasks) {
        const span = seen.spans.find(({ name }) => name === `run ${task}`)
        expect(span).toMatchObject({
          traceId: seen.eventOf(`${task} failed`).traceId,
          spanId: seen.eventOf(`${task} failed`).spanId,
        })
      }
    },
    timeoutMs,
  )

  it.each([
    ['v11 with its tracing', false],
    ['v11 in place of an SDK', true],
    ['v10 with its tracing', false],
  ] satisfies [SetupName, boolean][])(
    'do not share any data, each one transaction: %s, with otelObserver: %j',
    async (setup, otel) => {
      const seen = await twoTasks(setup, otel)

      expectApart(seen)
      for (const task of tasks) {
        const found = seen.transactions.filter(({ name }) => name === `run ${task}`)
        expect(found).toEqual([expect.objectContaining({ traceId: seen.eventOf(`${task} failed`).traceId })])
      }
    },
    timeoutMs,
  )

  it.each([
    ['v11 wrongly beside an SDK', /Remove that option, and add `Sentry.openTelemetryIntegration\(\)`/],
    [
      'v11 wrongly beside an SDK of OpenTelemetry 3',
      /Remove that option, and add `Sentry.openTelemetryIntegration\(\)`/,
    ],
    ['v10 wrongly before an SDK', /Pass your span processor to Sentry as `openTelemetrySpanProcessors`/],
    ['v10 wrongly after an SDK', /Call `Sentry.init\({ skipOpenTelemetrySetup: true }\)` first/],
  ] satisfies [SetupName, RegExp][])(
    'cause one warning with the fix: %s',
    async (setup, fix) => {
      const { warnings, eventOf } = await twoTasks(setup, true)

      expect(warnings).toEqual([expect.stringMatching(fix)])
      for (const task of tasks) eventOf(`${task} failed`)
    },
    timeoutMs,
  )
})
