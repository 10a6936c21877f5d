import { afterEach, describe, expect, it, vi } from 'vitest'
import type { SupervisorEvent } from '../events/events.ts'
import type { SupervisorView } from '../task/view.ts'
import { Watchdog } from './watchdog.ts'

interface FakeThread {
  readonly source: string
  readonly options: { readonly workerData: SharedArrayBuffer }
  readonly calls: string[]
  readonly listeners: Record<string, (error?: unknown) => void>
}

/** The threads are fakes, because a real thread would kill this test process. */
const threads = vi.hoisted((): FakeThread[] => [])

const refusal = vi.hoisted((): { error: Error | undefined } => ({ error: undefined }))

vi.mock('node:worker_threads', () => ({
  Worker: class implements FakeThread {
    readonly calls: string[] = []
    readonly listeners: Record<string, (error?: unknown) => void> = {}
    readonly source: string
    readonly options: FakeThread['options']

    constructor(source: string, options: FakeThread['options']) {
      if (refusal.error) throw refusal.error
      this.source = source
      this.options = options
      threads.push(this)
    }

    on(event: string, listener: () => void): void {
      this.listeners[event] = listener
    }

    unref(): void {
      this.calls.push('unref')
    }

    async terminate(): Promise<void> {
      this.calls.push('terminate')
    }
  },
}))

afterEach(() => void threads.splice(0))

function threadAt(index: number): FakeThread {
  const thread = threads[index]
  if (thread === undefined) throw new Error('no such thread')
  return thread
}

function seenBy(index: number) {
  const memory = threadAt(index).options.workerData
  const [turn = 0, armed, length = 0] = new Int32Array(memory, 0, 3)
  return {
    turn,
    armed,
    deadline: new BigInt64Array(memory, 16, 1)[0] ?? 0n,
    text: Buffer.from(new Uint8Array(memory, 24, length).slice()).toString(),
  }
}

const message =
  '[runwell] The stop has not ended 2 s after its deadline because the event loop is blocked. Killing the process. Active runs: '

function emit(watchdog: Watchdog, event: object): void {
  watchdog.onEvent(event as SupervisorEvent)
}

const stopBegins = { type: 'shutdown.started', deadlineMs: 500 }
const started = (runId: string, task: string) => ({ type: 'run.started', runId, task })

function viewOf(tasks: Record<string, readonly string[]>): SupervisorView {
  const views = Object.entries(tasks).map(([name, runs]) => ({
    name,
    active: () => runs.map((runId) => ({ runId })),
  }))
  return { tasks: () => views } as unknown as SupervisorView
}

describe('Watchdog', () => {
  it('starts no thread and stores nothing until a stop begins', () => {
    const watchdog = new Watchdog(() => {})

    emit(watchdog, started('r-1', 'early'))
    expect(threads).toEqual([])

    emit(watchdog, stopBegins)
    expect(threads).toHaveLength(1)
    expect(seenBy(0).text).toBe(`${message}none\n`)
    expect(watchdog.name).toBe('watchdog')
  })

  it('gives the process two seconds more than the stop has', () => {
    const watchdog = new Watchdog(() => {})

    const before = process.hrtime.bigint()
    emit(watchdog, stopBegins)
    const after = process.hrtime.bigint()

    expect(seenBy(0).armed).toBe(1)
    expect(seenBy(0).deadline).toBeGreaterThanOrEqual(before + 2_500_000_000n)
    expect(seenBy(0).deadline).toBeLessThanOrEqual(after + 2_500_000_000n)
  })

  it('starts a thread that is unreferenced, inherits no exec arguments and may fail', () => {
    const watchdog = new Watchdog(() => {})

    watchdog.arm(100)
    const { options, calls, listeners } = threadAt(0)

    expect(options).toEqual({ eval: true, workerData: expect.any(SharedArrayBuffer), execArgv: [] })
    expect(calls).toEqual(['unref'])
    expect(Object.keys(listeners)).toEqual(['error'])
    expect(() => listeners['error']?.(new Error('no memory'))).not.toThrow()
  })

  it('names the active runs as they start and end', () => {
    const watchdog = new Watchdog(() => {})
    watchdog.onSupervisor(viewOf({ poll: ['r-1'], idle: [], sync: ['r-2', 'r-3'] }))

    emit(watchdog, stopBegins)
    expect(seenBy(0).text).toBe(`${message}poll (run r-1), sync (run r-2), sync (run r-3)\n`)

    emit(watchdog, started('r-4', 'late'))
    emit(watchdog, { type: 'run.ended', runId: 'r-2', outcome: 'cancelled' })
    expect(seenBy(0).text).toBe(`${message}poll (run r-1), sync (run r-3), late (run r-4)\n`)
  })

  it('names an abandoned run until it settles', () => {
    const watchdog = new Watchdog(() => {})
    watchdog.onSupervisor(viewOf({ poll: ['r-1'] }))
    emit(watchdog, stopBegins)

    emit(watchdog, { type: 'run.ended', runId: 'r-1', outcome: 'abandoned' })
    expect(seenBy(0).text).toBe(`${message}poll (run r-1)\n`)

    emit(watchdog, { type: 'run.settled-late', runId: 'r-1' })
    expect(seenBy(0).text).toBe(`${message}none\n`)
  })

  it('keeps the text if an event changes no run', () => {
    const watchdog = new Watchdog(() => {})
    watchdog.onSupervisor(viewOf({ poll: ['r-1'] }))
    emit(watchdog, stopBegins)
    const memory = threadAt(0).options.workerData
    new Int32Array(memory, 0, 3)[2] = 7

    for (const type of ['task.paused', 'health.changed', 'class.stopped'])
      emit(watchdog, { type, runId: 'r-1' })
    emit(watchdog, { type: 'run.ended', runId: 'r-1', outcome: 'abandoned' })

    expect(seenBy(0).text).toBe('[runwel')
  })

  it('names thirty runs and counts the others', () => {
    const runs = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `r-${i}`)
    const many = new Watchdog(() => {})
    many.onSupervisor(viewOf({ job: runs(32) }))
    const full = new Watchdog(() => {})
    full.onSupervisor(viewOf({ job: runs(30) }))

    emit(many, stopBegins)
    emit(full, stopBegins)

    expect(seenBy(0).text).toMatch(/, job \(run r-29\) and 2 more\n$/)
    expect(seenBy(1).text).toMatch(/, job \(run r-29\)\n$/)
  })

  it('cuts a text that is too long for its memory', () => {
    const watchdog = new Watchdog(() => {})
    watchdog.onSupervisor(viewOf({ ['x'.repeat(9_000)]: ['r-1'] }))

    emit(watchdog, stopBegins)

    expect(seenBy(0).text).toHaveLength(8_192)
  })

  it('can be armed again, which wakes the same thread', () => {
    const watchdog = new Watchdog(() => {})
    watchdog.arm(60_000)
    const first = seenBy(0)

    watchdog.arm(1_000)

    expect(threads).toHaveLength(1)
    expect(seenBy(0).turn).toBe(first.turn + 1)
    expect(seenBy(0).deadline).toBeLessThan(first.deadline)
  })

  it('terminates its thread when the stop has ended and starts another one for the next', () => {
    const watchdog = new Watchdog(() => {})
    watchdog.arm(1_000)
    const { turn } = seenBy(0)

    watchdog.disarm()
    expect(threadAt(0).calls).toEqual(['unref', 'terminate'])
    expect(seenBy(0)).toMatchObject({ armed: 0, turn: turn + 1 })

    watchdog.disarm()
    expect(threadAt(0).calls).toEqual(['unref', 'terminate'])

    watchdog.arm(1_000)
    expect(threads).toHaveLength(2)
    expect(seenBy(1).armed).toBe(1)
  })
})

describe('a watchdog whose thread cannot start', () => {
  const denied = new Error('Access to this API has been restricted')
  const expected =
    'The watchdog cannot start its thread, so nothing watches the stop: Error: Access to this API has been restricted'

  it('logs one line and does nothing, if the thread is not allowed', () => {
    const lines: string[] = []
    const watchdog = new Watchdog((line) => void lines.push(line))
    refusal.error = denied

    emit(watchdog, stopBegins)
    emit(watchdog, started('r-1', 'poll'))
    watchdog.arm(1_000)
    watchdog.disarm()
    refusal.error = undefined

    expect(lines).toEqual([expected])
    expect(threads).toEqual([])
  })

  it('logs one line if the thread fails later', () => {
    const lines: string[] = []
    const watchdog = new Watchdog((line) => void lines.push(line))
    watchdog.arm(1_000)

    threadAt(0).listeners['error']?.(denied)
    threadAt(0).listeners['error']?.(denied)

    expect(lines).toEqual([expected])
  })
})

describe('the thread of a watchdog', () => {
  function play(wait: (leftMs: number) => void): readonly unknown[] {
    const calls: unknown[] = []
    const { source, options } = threadAt(0)
    const required: Record<string, object> = {
      'node:worker_threads': { workerData: options.workerData },
      'node:fs': { writeSync: (fd: number, bytes: Uint8Array) => void calls.push(fd, String(bytes)) },
    }
    const end = new Error('the end')
    const kill = (pid: number, signal: string): never => {
      calls.push(pid, signal)
      throw end
    }
    const atomics = {
      load: Atomics.load,
      wait: (_: Int32Array, index: number, seen: number, leftMs: number): void => {
        calls.push(index, seen)
        wait(leftMs)
        throw end
      },
    }
    const hrtime = { bigint: (): bigint => process.hrtime.bigint() }
    const run = new Function('require', 'process', 'Atomics', source)
    try {
      run((name: string) => required[name], { pid: 7, kill, hrtime }, atomics)
    } catch (thrown) {
      if (thrown !== end) throw thrown
    }
    return calls
  }

  it('prints the active runs and kills the process when the time is over', () => {
    const watchdog = new Watchdog(() => {})
    watchdog.onSupervisor(viewOf({ poll: ['r-1'] }))
    emit(watchdog, { type: 'shutdown.started', deadlineMs: -2_001 })

    expect(play(() => {})).toEqual([2, `${message}poll (run r-1)\n`, 7, 'SIGKILL'])
  })

  it('sleeps until then or until it is woken', () => {
    const watchdog = new Watchdog(() => {})
    watchdog.arm(1_000)
    let leftMs = 0

    const { turn } = seenBy(0)
    const calls = play((ms) => {
      leftMs = ms
    })

    expect(calls).toEqual([0, turn])
    expect(leftMs).toBeGreaterThan(2_000)
    expect(leftMs).toBeLessThanOrEqual(3_000)
  })

  it('sleeps forever when it is not armed', () => {
    const watchdog = new Watchdog(() => {})
    watchdog.arm(-5_000)
    watchdog.disarm()
    let leftMs = 0

    play((ms) => {
      leftMs = ms
    })

    expect(leftMs).toBe(Number.POSITIVE_INFINITY)
  })
})
