import * as Sentry from '@sentry/node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseEnvelope } from './envelope.ts'
import { SentryReceiver } from './sentry-receiver.ts'

let receiver: SentryReceiver
beforeEach(async () => {
  receiver = await SentryReceiver.start()
})
afterEach(async () => {
  await Sentry.close()
  await receiver.close()
})

describe('SentryReceiver, from the real SDK', () => {
  it('groups events by fingerprint and reads tags and trace', async () => {
    Sentry.init({ dsn: receiver.dsn, defaultIntegrations: false })
    const report = (task: string, error: Error) =>
      Sentry.captureException(error, {
        tags: { task },
        fingerprint: ['{{ default }}', task],
        contexts: { trace: { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' } },
      })

    report('feeds.poll', new TypeError('no such field'))
    report('feeds.poll', new TypeError('no such field either'))
    report('feeds.index', new TypeError('no such field'))
    report('feeds.poll', new RangeError('too much'))
    await Sentry.flush()

    expect(receiver.store.events).toBe(4)
    expect(receiver.store.issues.map(({ title, count }) => [title, count])).toEqual([
      ['TypeError: no such field', 2],
      ['TypeError: no such field', 1],
      ['RangeError: too much', 1],
    ])
    const [first] = receiver.store.issues
    expect(first?.traceId).toBe('0af7651916cd43dd8448eb211c80319c')
    expect(first?.spanId).toBe('b7ad6b7169203331')
    expect(first?.tags.get('task')).toBe('feeds.poll')
  })

  it('counts check-ins', async () => {
    Sentry.init({ dsn: receiver.dsn, defaultIntegrations: false })

    Sentry.captureCheckIn({ monitorSlug: 'nightly', status: 'ok' })
    await Sentry.flush()

    expect(receiver.items.get('check_in')).toBe(1)
    expect(receiver.store.events).toBe(0)
  })
})

describe('parseEnvelope', () => {
  it('reads items with a length, without one, and with newlines inside', () => {
    const bytes = Buffer.from(
      '{}\n{"type":"a","length":3}\n1\n2\n{"type":"b"}\n{"c":4}\n{"type":"d","length":0}\n\n',
    )

    expect(parseEnvelope(bytes).map(({ type, payload }) => [type, payload.toString()])).toEqual([
      ['a', '1\n2'],
      ['b', '{"c":4}'],
      ['d', ''],
    ])
  })

  it('throws without a header', () => {
    expect(() => parseEnvelope(Buffer.from('rubbish'))).toThrow(SyntaxError)
  })
})
