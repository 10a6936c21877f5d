import { describe, expect, it } from 'vitest'
import { findSetupProblems } from './setup-problems.ts'

describe('findSetupProblems', () => {
  it('reports that Sentry is not initialised', () => {
    const uninitialised = { SDK_VERSION: '11.12.0', getClient: () => undefined }

    expect(findSetupProblems(uninitialised as never)).toEqual([
      'Sentry is not initialised, so nothing is reported. Call `Sentry.init()` before the supervisor starts.',
    ])
  })
})
