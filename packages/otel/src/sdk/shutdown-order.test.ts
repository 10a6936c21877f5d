import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { atOnce, SdkUser } from './shutdown-order.ts'

beforeEach(
  () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] }),
)
afterEach(() => void vi.useRealTimers())

class Provider {
  readonly calls: string[] = []

  async forceFlush(): Promise<void> {
    this.calls.push('flush')
  }

  async shutdown(): Promise<void> {
    this.calls.push('shutdown')
  }
}

function inUse() {
  const provider = new Provider()
  const user = new SdkUser()
  user.use([provider])
  return { provider, user, calls: provider.calls }
}

function watched(promise: Promise<unknown>) {
  const state = { isDone: false }
  void promise.then(() => {
    state.isDone = true
  })
  return state
}

const turn = () => vi.advanceTimersByTimeAsync(1)

describe('the shutdown of a provider', () => {
  it('comes at once if no supervisor uses it, also after a stop', async () => {
    const { provider, user, calls } = inUse()
    user.stops(1_000)
    user.ends()

    await provider.shutdown()

    expect(calls).toEqual(['shutdown'])
    expect(user.hasLostSdk).toBe(false)
  })

  it('waits for a stop that has begun, and for one that begins in the same turn', async () => {
    for (const order of ['stop first', 'shutdown first']) {
      const { provider, user, calls } = inUse()
      if (order === 'stop first') user.stops(20_000)
      const shutdown = watched(provider.shutdown())
      if (order === 'shutdown first') user.stops(20_000)

      await vi.advanceTimersByTimeAsync(19_000)
      expect([calls, shutdown.isDone]).toEqual([[], false])
      user.ends()
      await turn()

      expect([calls, shutdown.isDone, user.hasLostSdk]).toEqual([['shutdown'], true, false])
    }
  })

  it('only flushes if no stop has begun, and follows the stop that begins later', async () => {
    const { provider, user, calls } = inUse()
    const shutdown = watched(provider.shutdown())
    await turn()
    expect([calls, shutdown.isDone]).toEqual([['flush'], true])

    await vi.advanceTimersByTimeAsync(29_000)
    user.stops(25_000)
    await vi.advanceTimersByTimeAsync(24_000)
    expect(calls).toEqual(['flush'])
    user.ends()
    await turn()

    expect([calls, user.hasLostSdk]).toEqual([['flush', 'shutdown'], false])
  })

  it('comes after 30 s if no stop has begun by then, and 5 s after the deadline of a stop that never ends', async () => {
    const idle = inUse()
    void idle.provider.shutdown()
    await vi.advanceTimersByTimeAsync(29_990)
    expect(idle.calls).toEqual(['flush'])
    await vi.advanceTimersByTimeAsync(20)
    expect([idle.calls, idle.user.hasLostSdk]).toEqual([['flush', 'shutdown'], true])

    const stuck = inUse()
    stuck.user.stops(10_000)
    void stuck.provider.shutdown()
    await vi.advanceTimersByTimeAsync(14_990)
    expect(stuck.calls).toEqual([])
    await vi.advanceTimersByTimeAsync(20)
    expect(stuck.calls.at(-1)).toBe('flush')
    await vi.advanceTimersByTimeAsync(30_000)
    expect(stuck.calls.at(-1)).toBe('shutdown')
  })

  it('comes when another provider has taken its place', async () => {
    const { provider, user, calls } = inUse()
    void provider.shutdown()
    await turn()

    user.use([new Provider()])
    await turn()

    expect([calls, user.hasLostSdk]).toEqual([['flush', 'shutdown'], false])
  })

  it('waits for the stops of all supervisors', async () => {
    const { provider, user, calls } = inUse()
    const other = new SdkUser()
    other.use([provider])
    user.stops(10_000)
    other.stops(10_000)
    const shutdown = watched(provider.shutdown())

    user.ends()
    await turn()
    expect([calls, shutdown.isDone]).toEqual([[], false])
    other.ends()
    await turn()

    expect([calls, shutdown.isDone]).toEqual([['shutdown'], true])
  })

  it('happens once, however often it is asked for', async () => {
    const { provider, user, calls } = inUse()
    user.stops(10_000)
    void provider.shutdown()
    void provider.shutdown()
    await turn()
    user.ends()
    await turn()

    expect(calls).toEqual(['shutdown'])
  })

  it('comes at once inside atOnce(), and the supervisor knows that it has lost its SDK', async () => {
    const { provider, user, calls } = inUse()

    void atOnce(() => provider.shutdown())
    await turn()

    expect([calls, user.hasLostSdk]).toEqual([['shutdown'], true])
  })

  it('is left alone if the provider is frozen or has no shutdown', async () => {
    const frozen = Object.freeze(new Provider())
    const user = new SdkUser()
    user.use([frozen, {}, undefined, 'text'])

    await frozen.shutdown()

    expect(frozen.calls).toEqual(['shutdown'])
  })
})
