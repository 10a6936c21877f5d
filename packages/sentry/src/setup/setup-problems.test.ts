import { describe, expect, it } from 'vitest'
import { setupFaults } from './setup-problems.ts'

describe('setupFaults', () => {
  it('says that Sentry is not initialised', () => {
    const uninitialised = { SDK_VERSION: '11.12.0', getClient: () => undefined }

    expect(setupFaults(uninitialised as never)).toEqual([
      'Sentry is not initialised, so that nothing is reported: call `Sentry.init()` before the supervisor starts.',
    ])
  })
})
