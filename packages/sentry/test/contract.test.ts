import { observerContract } from '@runwell/core/testing'
import * as Sentry from '@sentry/node'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { sentryObserver } from '../src/index.ts'
import { Receiver } from './receiver.ts'

let receiver: Receiver

beforeAll(async () => {
  receiver = await Receiver.open()
  Sentry.init({ dsn: receiver.dsn, environment: 'production' })
})
afterAll(async () => {
  await Sentry.close(1_000)
  await receiver.close()
})

describe('sentryObserver', () => {
  for (const { name, run } of observerContract(() =>
    sentryObserver(Sentry, { crons: 'scheduled', replicas: 1 }),
  )) {
    it(name, run)
  }
})

describe('sentryObserver with an SDK that throws', () => {
  const broken = new Proxy({} as typeof Sentry, {
    get(_, key) {
      if (key === 'SDK_VERSION') return '11.0.0'
      return () => {
        throw new Error(`${String(key)} is broken`)
      }
    },
  })
  for (const { name, run } of observerContract(() => sentryObserver(broken, { onWarning: () => {} })))
    it(name, run)
})
