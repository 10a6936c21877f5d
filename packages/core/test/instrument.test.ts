// biome-ignore-all lint/complexity/noThisInStatic: static methods of other code use it
// biome-ignore-all lint/complexity/noStaticOnlyClass: a class of other code may be one
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { setUp } from './supervised.ts'

async function started() {
  const scene = setUp()
  await scene.supervisor.start()
  const outcomes = (): unknown[] =>
    scene.recorder.of('run.ended').map(({ task, outcome, error }) => [task, outcome, error?.message])
  return { ...scene, outcomes }
}

const mark = Symbol('mark')

function add(a: number, b: number): number {
  return a + b
}

describe('an instrumented class', () => {
  class Mailer {
    static made = 0
    static readonly #secret = 7
    static get secret(): number {
      return Mailer.#secret
    }
    static of(name: string): Mailer {
      return new Mailer(name)
    }
    readonly name: string
    constructor(name: string) {
      if (name === '') throw new RangeError('no name')
      Mailer.made += 1
      this.name = name
    }
    greet(): string {
      return `I am ${this.name}`
    }
  }

  it('can be constructed and extended, and each construction is a run', async () => {
    const { supervisor, outcomes } = await started()
    const Wrapped = supervisor.instrument({ name: 'mailer' }, Mailer as never) as unknown as typeof Mailer
    class Loud extends Wrapped {
      override greet(): string {
        return super.greet().toUpperCase()
      }
    }
    const mailer = new Wrapped('Ann')

    expect(mailer).toBeInstanceOf(Mailer)
    expect(mailer).toBeInstanceOf(Wrapped)
    expect(mailer.constructor).toBe(Mailer)
    expect(mailer.greet()).toBe('I am Ann')
    expect(new Loud('Bob').greet()).toBe('I AM BOB')
    expect(() => new Wrapped('')).toThrow(new RangeError('no name'))
    expect(() => (Wrapped as unknown as () => void)()).toThrow(
      "Class constructor Mailer cannot be invoked without 'new'",
    )
    expect(outcomes()).toEqual([
      ['mailer', 'succeeded', undefined],
      ['mailer', 'succeeded', undefined],
      ['mailer', 'failed', 'no name'],
      ['mailer', 'failed', "Class constructor Mailer cannot be invoked without 'new'"],
    ])
  })

  it('keeps its static members, and is new.target of what it constructs', async () => {
    const { supervisor } = await started()
    let target: unknown
    class Abstract {
      constructor() {
        target = new.target
      }
    }
    const Wrapped = supervisor.instrument({ name: 'mailer' }, Mailer as never) as unknown as typeof Mailer
    const WrappedAbstract = supervisor.instrument(
      { name: 'b' },
      Abstract as never,
    ) as unknown as typeof Abstract
    new WrappedAbstract()

    expect(target).toBe(Abstract)
    expect(Wrapped.of('Cid').greet()).toBe('I am Cid')
    expect(Wrapped.secret).toBe(7)
    Wrapped.made = 0
    expect(Mailer.made).toBe(0)
  })

  it('has static methods and getters that use private members, with the class or a subclass as this', async () => {
    class Counter {
      static #count = 0
      static readonly #names = new Map<unknown, string>()
      static {
        Counter.#names.set(Counter, 'the class')
      }
      static get count(): number {
        return this.#count
      }
      static set count(count: number) {
        this.#count = count
      }
      static next(): number {
        this.#count += 1
        return this.#count
      }
      static readonly later = async (): Promise<number> => Counter.next()
      static *numbers(): Generator<number> {
        yield this.#count
      }
      static is(value: object): boolean {
        return #count in value
      }
      static create(): Counter {
        return new this()
      }
    }
    const { supervisor } = await started()
    const Wrapped = supervisor.instrument({ name: 'counter' }, Counter as never) as unknown as typeof Counter

    expect([Wrapped.next(), Wrapped.next(), await Wrapped.later()]).toEqual([1, 2, 3])
    Wrapped.count = 9
    expect([Wrapped.count, Counter.count, ...Wrapped.numbers()]).toEqual([9, 9, 9])
    const { next } = Wrapped
    expect(Wrapped.is(Counter)).toBe(true)
    expect(Wrapped.next).toBe(next)
    expect(Wrapped.create).toBe(Counter.create)
    expect(Wrapped.create()).toBeInstanceOf(Counter)
    expect(supervisor.task('counter')?.metrics().started).toBe(1)
    class Sub extends Wrapped {}
    expect(() => Sub.next()).toThrow(TypeError)
  })

  it('of promises returns the promise that it constructs', async () => {
    const { clock, supervisor, outcomes } = await started()
    const Wrapped = supervisor.instrument({ name: 'a' }, Promise as never) as unknown as typeof Promise
    const promise = new Wrapped<number>((resolve) => resolve(1))
    await clock.advance(0)

    expect(await promise).toBe(1)
    expect(outcomes()).toEqual([['a', 'succeeded', undefined]])
  })
})

describe('an instrumented function', () => {
  it('has all properties of the function', async () => {
    const { supervisor } = await started()
    let reads = 0
    const fn = Object.assign(add, { cache: new Map([[1, 2]]), [mark]: 'marked' })
    Object.defineProperty(fn, 'lazy', { get: () => ++reads, enumerable: true })
    Object.defineProperty(fn, 'hidden', { value: 3 })
    const wrapped = supervisor.instrument({ name: 'a' }, fn) as typeof fn & { lazy: number; hidden: number }

    expect(reads).toBe(0)
    expect(wrapped(1, 2)).toBe(3)
    expect([wrapped.name, wrapped.length, wrapped[mark]]).toEqual(['add', 2, 'marked'])
    expect(wrapped.cache).toBe(fn.cache)
    expect(Reflect.ownKeys(wrapped)).toEqual(Reflect.ownKeys(fn))
    expect([wrapped.lazy, wrapped.lazy, wrapped.hidden]).toEqual([1, 2, 3])
    expect(wrapped.call(undefined, 1, 1) + wrapped.apply(undefined, [1, 1])).toBe(4)
    expect(wrapped.bind(undefined, 5)(1)).toBe(6)
    expect(inspect(wrapped)).toContain('add')
  })

  it('has the source of the function', async () => {
    const { supervisor } = await started()
    const wrapped = supervisor.instrument({ name: 'a' }, add)

    expect([String(wrapped), wrapped.toString()]).toEqual([String(add), String(add)])
    expect(Object.freeze(supervisor.instrument({ name: 'b' }, () => 2))()).toBe(2)
  })

  it('shares its properties with the function', async () => {
    const { supervisor } = await started()
    const fn: (() => void) & { calls?: number } = () => {}
    const wrapped = supervisor.instrument({ name: 'a' }, fn)
    wrapped.calls = 5
    expect(fn.calls).toBe(5)
    delete fn.calls
    expect('calls' in wrapped).toBe(false)
  })

  it('that is a generator, sync or async, returns it unchanged', async () => {
    const { supervisor, outcomes } = await started()
    const numbers = supervisor.instrument({ name: 'sync' }, function* () {
      yield 1
      yield 2
    })
    const later = supervisor.instrument({ name: 'async' }, async function* () {
      yield 3
    })

    expect([...numbers()]).toEqual([1, 2])
    expect(await later().next()).toEqual({ value: 3, done: false })
    expect(numbers.constructor.name).toBe('GeneratorFunction')
    expect(outcomes()).toEqual([
      ['sync', 'succeeded', undefined],
      ['async', 'succeeded', undefined],
    ])
  })

  it('does not start a lazy promise or query, which begins with the first call of then()', async () => {
    const { clock, supervisor } = await started()
    const starts: string[] = []
    class Lazy extends Promise<string> {
      // biome-ignore lint/suspicious/noThenProperty: this is how lazy promises work
      override then<A, B>(
        onOk?: ((value: string) => A | PromiseLike<A>) | null,
        onError?: ((error: unknown) => B | PromiseLike<B>) | null,
      ): Promise<A | B> {
        starts.push('promise')
        return super.then(onOk, onError)
      }
    }
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: this is how query builders work
      then(resolve: (value: string) => void): void {
        starts.push('query')
        resolve('rows')
      },
    }
    const lazy = new Lazy((resolve) => resolve('value'))
    const getLazy = supervisor.instrument({ name: 'lazy' }, () => lazy)
    const getQuery = supervisor.instrument({ name: 'query' }, () => query as unknown as PromiseLike<string>)

    expect([getLazy(), getQuery()]).toEqual([lazy, query])
    await clock.advance(0)
    expect(starts).toEqual([])
    expect([await getLazy(), await getQuery()]).toEqual(['value', 'rows'])
    expect(starts).toEqual(['promise', 'query'])
  })

  it('returns the original promise, with its class, private members and properties', async () => {
    const { clock, supervisor, outcomes } = await started()
    class Job extends Promise<number> {
      readonly #kind = 'job'
      get kind(): string {
        return this.#kind
      }
    }
    const job = Object.assign(new Job((resolve) => resolve(4)), { cancel: () => 'cancelled' })
    const wrapped = supervisor.instrument({ name: 'a' }, () => job)

    expect(wrapped()).toBe(job)
    expect([job.kind, job.cancel(), job.constructor, Object.keys(job)]).toEqual([
      'job',
      'cancelled',
      Job,
      ['cancel'],
    ])
    expect(job).toBeInstanceOf(Job)
    expect(job.then(() => 1)).toBeInstanceOf(Job)
    expect(await wrapped()).toBe(4)
    await clock.advance(0)
    expect(outcomes()).toEqual([
      ['a', 'succeeded', undefined],
      ['a', 'succeeded', undefined],
    ])
  })

  it('may return a promise that is frozen, or of a class that cannot be derived from', async () => {
    const { clock, supervisor, outcomes } = await started()
    class Numbered extends Promise<number> {
      constructor(value: number) {
        super((resolve) => resolve(value))
      }
    }
    const frozen = Object.freeze(Promise.reject(new Error('frozen')))
    frozen.catch(() => {})
    const own = Object.freeze(new Numbered(1))
    supervisor
      .instrument({ name: 'frozen' }, () => frozen)()
      .catch(() => {})
    void supervisor.instrument({ name: 'numbered' }, () => own)()
    void supervisor.instrument({ name: 'numbered-2' }, () => new Numbered(2))()
    await clock.advance(0)

    expect(outcomes()).toEqual([
      ['numbered', 'succeeded', undefined],
      ['frozen', 'failed', 'frozen'],
      ['numbered-2', 'succeeded', undefined],
    ])
  })
})
