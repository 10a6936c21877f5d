import { describe, expect, it, vi } from 'vitest'
import { soak, soakTwice } from './soak.ts'

// The small form of `npm run test:soak`, which goes on for as long as asked.

describe('a whole supervisor, whatever is done to it', () => {
  it('keeps every invariant', { timeout: 60_000 }, async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const { failed, errorInstance, counterexample } = await soak({ seed: 20 }, 60)
    expect(failed, `${String(counterexample)}\n${String(errorInstance)}`).toBe(false)
  })

  it('tells the same when its observers and loggers fail', { timeout: 60_000 }, async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const { failed, errorInstance, counterexample } = await soakTwice({ seed: 40 }, 20)
    expect(failed, `${String(counterexample)}\n${String(errorInstance)}`).toBe(false)
  })
})
