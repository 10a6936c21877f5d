import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { load, loadIfInstalled, MissingPackageError } from './peers.ts'

describe('an optional package that is not installed', () => {
  it('is named in the error, with its purpose and how to install it', async () => {
    const loading = load('@opentelemetry/not-there', 'to send spans')

    await expect(loading).rejects.toThrow(
      'Expected @opentelemetry/not-there to be installed to send spans. Run: npm install @opentelemetry/not-there (if npm answers ERESOLVE, add @opentelemetry/api@1.9)',
    )
    await expect(loading).rejects.toBeInstanceOf(MissingPackageError)
    await expect(loading).rejects.toMatchObject({
      code: 'RUNWELL_MISSING_PACKAGE',
      packageName: '@opentelemetry/not-there',
    })
  })

  it('is named with the cure for a standalone server in Next.js', async () => {
    vi.stubEnv('__NEXT_PRIVATE_STANDALONE_CONFIG', '{}')
    onTestFinished(() => void vi.unstubAllEnvs())

    await expect(load('@opentelemetry/not-there', 'to send spans')).rejects.toThrow(
      "Run: npm install @opentelemetry/not-there (if npm answers ERESOLVE, add @opentelemetry/api@1.9). With output: 'standalone', Next.js copies only packages that it sees imported: " +
        'import the package in your own code, and list it in serverExternalPackages.',
    )
  })

  it('is undefined if there is an alternative', async () => {
    expect(await loadIfInstalled('@opentelemetry/not-there')).toBeUndefined()
    expect(await loadIfInstalled('@opentelemetry/api')).toHaveProperty('trace')
  })
})
