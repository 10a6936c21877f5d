import * as Sentry from '@sentry/node'
import { expectTypeOf, it } from 'vitest'
import type { SentryLike } from './sentry-like.ts'

it('is what the namespace of @sentry/node 11 can do', () => {
  expectTypeOf(Sentry).toExtend<SentryLike>()
})
