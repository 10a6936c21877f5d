import { describe, expect, it } from 'vitest'
import { load, loadIfInstalled, MissingPackageError } from './peers.ts'

describe('an optional package', () => {
  it('that is missing is named, with what it is for and how to get it', async () => {
    const loading = load('@opentelemetry/not-there', 'to send spans')

    await expect(loading).rejects.toThrow(
      'Expected @opentelemetry/not-there to be installed, to send spans: npm install @opentelemetry/not-there',
    )
    await expect(loading).rejects.toBeInstanceOf(MissingPackageError)
    await expect(loading).rejects.toMatchObject({
      code: 'RUNWELL_MISSING_PACKAGE',
      packageName: '@opentelemetry/not-there',
    })
  })

  it('that is missing is nothing where it is a choice', async () => {
    expect(await loadIfInstalled('@opentelemetry/not-there')).toBeUndefined()
    expect(await loadIfInstalled('@opentelemetry/api')).toHaveProperty('trace')
  })
})
