import * as Sentry11 from '@sentry/node'
import * as Sentry10 from '@sentry/node-v10'
import { expectTypeOf, it } from 'vitest'
import type { SentryLike } from './sentry-like.ts'

it('accepts the namespace of @sentry/node 11', () => {
  expectTypeOf(Sentry11).toExtend<SentryLike>()
})

it('accepts the namespace of @sentry/node 10', () => {
  expectTypeOf(Sentry10).toExtend<SentryLike>()
})
