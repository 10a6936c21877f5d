import { describe, expect, it } from 'vitest'
import { load, loadIfInstalled, MissingPackageError } from './peers.ts'

describe('an optional package that is not installed', () => {
  it('is named in the error, with its purpose and how to install it', async () => {
    const loading = load('@opentelemetry/not-there', 'to send spans')

    await expect(loading).rejects.toThrow(
      'Expected @opentelemetry/not-there to be installed to send spans. Run: npm install @opentelemetry/not-there',
    )
    await expect(loading).rejects.toBeInstanceOf(MissingPackageError)
    await expect(loading).rejects.toMatchObject({
      code: 'RUNWELL_MISSING_PACKAGE',
      packageName: '@opentelemetry/not-there',
    })
  })

  it('is undefined if there is an alternative', async () => {
    expect(await loadIfInstalled('@opentelemetry/not-there')).toBeUndefined()
    expect(await loadIfInstalled('@opentelemetry/api')).toHaveProperty('trace')
  })
})
