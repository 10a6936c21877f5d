import { afterEach, describe, expect, it, vi } from 'vitest'
import { addressOf } from './exporters.ts'
import { Undelivered } from './undelivered.ts'

const cure = 'Check the receiver and its log.'
const failure = { reason: 'refused', cure }

function report(arrange: (undelivered: Undelivered) => void | Promise<void>): Promise<string[]> {
  const lines: string[] = []
  const undelivered = new Undelivered((line) => void lines.push(line))
  return Promise.resolve(arrange(undelivered)).then(() => lines)
}

describe('what could not be delivered', () => {
  it('is one line for each receiver', async () => {
    const lines = await report(async (undelivered) => {
      const fields = { failure, lost: 2 }
      Object.assign(undelivered.add('spans', 'http://a'), fields)
      Object.assign(undelivered.add('metrics', 'http://b'), { ...fields, lost: 1 })
      Object.assign(undelivered.add('log records', 'http://a'), { ...fields, lost: 1 })
      await undelivered.during(async () => {})
    })

    expect(lines).toEqual([
      `Runwell: 2 spans and 1 log record could not be delivered to http://a: refused. ${cure}`,
      `Runwell: 1 export of metrics could not be delivered to http://b: refused. ${cure}`,
    ])
  })

  it('is said again only if there is more, and for metrics only once', async () => {
    const lines = await report(async (undelivered) => {
      const spans = undelivered.add('spans', 'http://a')
      const metrics = undelivered.add('metrics', 'http://a')
      const fail = async () => void Object.assign(metrics, { failure, lost: 1 })
      await undelivered.during(fail)
      await undelivered.during(fail)
      Object.assign(spans, { failure, lost: 1 })
      await undelivered.during(async () => {})
      undelivered.close()
    })

    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain('1 span and 1 export of metrics')
  })

  it('names metrics although a line about spans has appeared', async () => {
    const lines = await report(async (undelivered) => {
      const spans = undelivered.add('spans', 'http://a')
      const metrics = undelivered.add('metrics', 'http://a')
      Object.assign(spans, { failure, lost: 1 })
      await undelivered.during(async () => {})
      Object.assign(metrics, { failure, lost: 1 })
      undelivered.close()
    })

    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain('1 export of metrics could not be delivered')
  })

  it('includes exports without an answer only at the end', async () => {
    const lines = await report(async (undelivered) => {
      Object.assign(undelivered.add('spans', 'http://a'), { inFlight: 3, waiting: () => 2 })
      await undelivered.during(async () => {})
      undelivered.close()
    })
    expect(lines).toEqual([
      'Runwell: 5 spans could not be delivered to http://a: the receiver did not answer before the process ended. ' +
        'Check the receiver and the network.',
    ])
  })
})

describe('the address of a receiver', () => {
  afterEach(() => vi.unstubAllEnvs())

  it.each([
    [{ endpoint: 'https://user:secret@otlp.example.com/v1?key=secret' }, {}, 'https://otlp.example.com/v1'],
    [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://all:4318/' }, 'http://all:4318'],
    [
      {},
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://all:4318',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://own:1/t',
      },
      'http://own:1/t',
    ],
    [{}, {}, 'http://localhost:4318'],
  ])('of %j and %j is shown without secrets', (options, variables, shown) => {
    for (const name of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'])
      vi.stubEnv(name, '')
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
    expect(addressOf('traces', { serviceName: 'shop', ...options })).toBe(shown)
  })
})
