// Calls functions that return a rejecting promise. Prints how many rejections were unhandled.
// With the argument `end`, an unhandled rejection ends the process.
import { setImmediate as turn } from 'node:timers/promises'
import { Supervisor } from '@runwell/core'

type Make = (text: string) => Promise<unknown>

class Job extends Promise<unknown> {
  readonly #name = 'job'

  get label(): string {
    return this.#name
  }
}

const fail: Make = async (text) => {
  await turn()
  throw new Error(text)
}
const service = {
  async poll(text: string): Promise<never> {
    throw new Error(text)
  },
}

const functions: Readonly<Record<string, () => Make>> = {
  'async function': () => fail,
  'rejected promise': () => (text) => Promise.reject(new Error(text)),
  'bound method': () => service.poll.bind(service),
  subclass: () => (text) => new Job((_resolve, reject) => reject(new Error(text))),
  'cached promise': () => {
    let cached: Promise<unknown> | undefined
    return (text) => {
      cached ??= fail(text)
      return cached
    }
  },
  'own properties': () => (text) => Object.assign(fail(text), { cancel: () => {} }),
}

const ignore = (): void => {}
const uses: Readonly<Record<string, (make: Make, text: string) => unknown>> = {
  'is ignored': (make, text) => void make(text),
  'is ignored twice': (make, text) => {
    void make(text)
    void make(text)
  },
  'is awaited': async (make, text) => {
    try {
      await make(text)
    } catch {}
  },
  'is caught': (make, text) => make(text).catch(ignore),
  'has a then with two functions': (make, text) => make(text).then(ignore, ignore),
  'has only a then': (make, text) => void make(text).then(ignore),
  'has a finally that is caught': (make, text) => make(text).finally(ignore).catch(ignore),
  'is in Promise.all': (make, text) => Promise.all([make(text)]).catch(ignore),
  'is in Promise.allSettled': (make, text) => Promise.allSettled([make(text)]),
  'is returned and caught': (make, text) => (async () => make(text))().catch(ignore),
  'resolves another': (make, text) => new Promise((resolve) => resolve(make(text))).catch(ignore),
  'is caught a moment later': async (make, text) => {
    const promise = make(text)
    await null
    promise.catch(ignore)
  },
}

const supervisor = new Supervisor({ observers: [] })
await supervisor.start()
const instrument = (make: Make, name: string): Make =>
  supervisor.instrument({ name: name.replaceAll(' ', '-') }, make)

if (process.argv[2] === 'end') void instrument(functions['async function']?.() ?? fail, 'ends')('boom')
else {
  let unhandled: unknown[] = []
  process.on('unhandledRejection', (reason) => unhandled.push((reason as Error).message))
  for (const [name, makeFunction] of Object.entries(functions)) {
    for (const [how, use] of Object.entries(uses)) {
      const text = `${name} that ${how}`
      const outcomes: string[] = []
      for (const make of [makeFunction(), instrument(makeFunction(), text)]) {
        unhandled = []
        await use(make, text)
        for (let i = 0; i < 4; i += 1) await turn()
        outcomes.push(String(unhandled.length))
      }
      process.stdout.write(`${text}: ${outcomes.join(' ')}\n`)
    }
  }
  await supervisor.stop()
}
