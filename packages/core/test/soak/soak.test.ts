import { describe, expect, it, vi } from 'vitest'
import { soak, soakTwice } from './soak.ts'

// The short version of `npm run test:soak`.

describe('a whole supervisor with random commands', () => {
  it('keeps every invariant', { timeout: 60_000 }, async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const { failed, errorInstance, counterexample } = await soak({ seed: 20 }, 60)
    expect(failed, `${String(counterexample)}\n${String(errorInstance)}`).toBe(false)
  })

  it('emits the same when its observers and loggers fail', { timeout: 60_000 }, async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const { failed, errorInstance, counterexample } = await soakTwice({ seed: 40 }, 20)
    expect(failed, `${String(counterexample)}\n${String(errorInstance)}`).toBe(false)
  })
})
