import type { RunContext } from '../../src/index.ts'
import type { Behavior, Call } from './behavior.ts'

export interface Surroundings {
  block(ms: number): void
  after(ms: number, callback: () => void): void
  call(what: Call, live: LiveFunction): void
  onAbort(live: LiveFunction): void
}

export class LiveFunction {
  readonly runId: string
  readonly task: string
  readonly behavior: Behavior
  readonly context: RunContext
  readonly promise: Promise<unknown>
  hasSettled = false
  #resolve: (value?: unknown) => void = () => {}
  #reject: (error: unknown) => void = () => {}

  constructor(context: RunContext, behavior: Behavior) {
    this.context = context
    this.runId = context.runId
    this.task = context.task.name
    this.behavior = behavior
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.promise.catch(() => {}) // prevents an unhandled rejection if the function returns another promise
  }

  settle(how: 'ok' | 'throw'): void {
    if (this.hasSettled) return
    this.hasSettled = true
    if (how === 'ok') this.#resolve('done')
    else this.#reject(new Error('failed'))
  }
}

export function behave(live: LiveFunction, world: Surroundings): unknown {
  const { behavior, context } = live
  const listen = (then: () => void): void => {
    context.signal.addEventListener('abort', () => {
      world.onAbort(live)
      then()
    })
  }
  switch (behavior.does) {
    case 'return':
      live.settle('ok')
      return 'done'
    case 'throw':
      live.settle('throw')
      throw thrown(behavior.what)
    case 'never':
      listen(() => {})
      return live.promise
    case 'settle-twice':
    case 'hostile-thenable':
      live.settle('ok')
      return thenable(behavior.does)
    case 'resolve':
    case 'reject':
      listen(() => {})
      world.after(behavior.afterMs, () => live.settle(behavior.does === 'resolve' ? 'ok' : 'throw'))
      return live.promise
    case 'block':
      return block(live, world, behavior.ms, behavior.afterAwait)
    case 'reject-after-abort':
      listen(() => world.after(behavior.afterMs, () => live.settle('throw')))
      return live.promise
    case 'pending':
      if (behavior.obeys || behavior.listens) listen(() => behavior.obeys && live.settle('throw'))
      return live.promise
    case 'beat':
      listen(() => live.settle('ok'))
      return beat(live, behavior.everyMs)
    case 'unit':
      return unit(live, behavior.fails)
    case 'extend':
      listen(() => {
        context.extend(behavior.byMs)
        world.after(behavior.thenMs, () => live.settle('ok'))
      })
      return live.promise
    case 'call':
      listen(() => live.settle('ok'))
      world.call(behavior.what, live)
      return live.promise
  }
}

function thrown(what: 'error' | 'text' | 'nothing'): unknown {
  if (what === 'error') return new TypeError('broken')
  return what === 'text' ? 'a text' : undefined
}

async function block(live: LiveFunction, world: Surroundings, ms: number, afterAwait: boolean) {
  if (afterAwait) await Promise.resolve()
  world.block(ms)
  live.settle('ok')
}

async function beat(live: LiveFunction, everyMs: number): Promise<void> {
  const { beat: signOfLife, ready, sleep } = live.context
  ready()
  while (!live.context.aborted && !live.hasSettled) {
    signOfLife('working')
    await sleep(everyMs)
  }
  live.settle('ok')
}

async function unit(live: LiveFunction, fails: boolean): Promise<void> {
  try {
    await live.context.unit('message', async () => {
      await live.context.sleep(10)
      if (fails) throw new RangeError('unit')
    })
    live.settle('ok')
  } catch (error) {
    live.settle('throw')
    throw error
  }
}

function thenable(kind: 'settle-twice' | 'hostile-thenable'): unknown {
  if (kind === 'hostile-thenable') {
    return {
      // biome-ignore lint/suspicious/noThenProperty: this is what the test is about
      get then() {
        throw new Error('no then')
      },
    }
  }
  return {
    // biome-ignore lint/suspicious/noThenProperty: this is what the test is about
    then(resolve: (value: unknown) => void, reject: (error: unknown) => void) {
      resolve('once')
      reject(new Error('twice'))
      resolve('thrice')
    },
  }
}
