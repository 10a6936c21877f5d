import { readFileSync } from 'node:fs'
import { transformSync } from 'esbuild'
import { describe, expect, it } from 'vitest'
import * as decorators from '../src/decorators/index.ts'
import * as core from '../src/index.ts'
import { consoleLines, setUp } from './supervised.ts'

const source = readFileSync(new URL('programs/decorated.ts', import.meta.url), 'utf8')
type Program = typeof import('./programs/decorated.ts')

interface TypeScript {
  readonly version: string
  transpileModule(
    source: string,
    options: { readonly compilerOptions: Record<string, unknown> },
  ): { readonly outputText: string }
}

async function typescript(options: Record<string, unknown> = {}): Promise<Compile> {
  const { default: compiler } = (await import('typescript-5')) as { readonly default: TypeScript }
  // ES2022 and CommonJS.
  const compilerOptions = { target: 9, module: 1, ...options }
  return (text) => compiler.transpileModule(text, { compilerOptions }).outputText
}

type Compile = (text: string) => string

const withEsbuild: Compile = (text) =>
  transformSync(text, { loader: 'ts', target: 'es2022', format: 'cjs' }).code
const keepingNames: Compile = (text) =>
  transformSync(text, { loader: 'ts', target: 'es2022', format: 'cjs', keepNames: true, minify: true }).code

function load(code: string): Record<string, unknown> {
  const module = { exports: {} }
  const require = (path: string): unknown => (path.includes('decorators') ? decorators : core)
  new Function('require', 'module', 'exports', code)(require, module, module.exports)
  return module.exports
}

// Loading the compilers takes seconds, and a hook would fail after its time limit.
const compilers: Readonly<Record<string, Compile>> = {
  'TypeScript 5': await typescript(),
  'TypeScript 5 for ES2017': await typescript({ target: 4 }),
  esbuild: withEsbuild,
  'esbuild that keeps names': keepingNames,
}
const programs = Object.entries(compilers).map(
  ([name, compile]) => [name, load(compile(source)) as unknown as Program] as const,
)
const legacy = await typescript({ experimentalDecorators: true })

for (const [name, program] of programs) {
  describe(`@task compiled with ${name}`, () => {
    it('registers the methods of an instance, with its class as owner and `this` bound', async () => {
      const { supervisor, clock } = setUp()
      const { registered, failed } = supervisor.discover(new program.Feeds())
      await supervisor.start()
      await clock.advance('31s')

      expect(failed).toEqual([])
      expect(registered.map(({ name, owner, category }) => [name, owner, category])).toEqual([
        ['Feeds.poll', 'Feeds', 'default'],
        ['Feeds.index', 'Feeds', 'private'],
      ])
      expect(supervisor.task('Feeds.poll')?.info).toMatchObject({
        timeoutMs: 10_000,
        schedule: { kind: 'every' },
      })
      expect(program.seen.splice(0)).toEqual([
        ['eu', 'Feeds.poll', 'schedule'],
        ['eu', 'Feeds.poll', 'schedule'],
      ])
      expect(await supervisor.task('Feeds.index')?.trigger()).toMatchObject({ value: 'indexed eu' })
    })

    it('registers the static methods of a class, those of its base class included', async () => {
      const { supervisor } = setUp()
      supervisor.discover(program.Feeds)
      supervisor.discover(program.SlowFeeds)
      await supervisor.start()

      expect([...supervisor.tasks()].map(({ name }) => name)).toEqual([
        'Feeds.cleanup',
        'feeds.check',
        'SlowFeeds.cleanup',
      ])
      expect(await supervisor.task('SlowFeeds.cleanup')?.trigger()).toMatchObject({
        value: 'cleaned SlowFeeds',
      })
      expect(await supervisor.task('feeds.check')?.trigger()).toMatchObject({ value: 'checked' })
    })

    it('runs what a subclass overrides, with the options that were given last', async () => {
      const { supervisor, clock } = setUp()
      supervisor.discover({ slow: new program.SlowFeeds(), fast: new program.HourlyFeeds() })
      await supervisor.start()
      await clock.advance('1s')

      expect(
        [...supervisor.tasks()].map(({ name, owner, info }) => [name, owner, info.schedule.text]),
      ).toEqual([
        ['SlowFeeds.poll', 'slow', 'every 30s'],
        ['SlowFeeds.index', 'slow', 'manual'],
        ['slow.index', 'slow', 'manual'],
        ['HourlyFeeds.poll', 'hourly', 'every 1h from epoch'],
        ['HourlyFeeds.index', 'fast', 'manual'],
      ])
      expect(program.seen.splice(0)).toEqual(['before', ['eu', 'SlowFeeds.poll', 'schedule']])
      expect(await supervisor.task('slow.index')?.trigger()).toMatchObject({ value: 'slow' })
    })

    it('gives each instance names and options of its own', async () => {
      const { supervisor } = setUp()
      const { failed } = supervisor.discover({
        a: new program.Mailbox('alice'),
        b: new program.Mailbox('bob'),
      })
      await supervisor.start()

      expect(failed).toEqual([])
      expect([...supervisor.tasks()].map(({ name, owner, category }) => [name, owner, category])).toEqual([
        ['mail.alice.fetch', 'a', 'default'],
        ['mail.alice.send', 'a', 'alice'],
        ['mail.bob.fetch', 'b', 'default'],
        ['mail.bob.send', 'b', 'bob'],
      ])
      expect(await supervisor.task('mail.bob.fetch')?.trigger()).toMatchObject({ value: 'bob' })
    })

    it('runs the method with all of its decorators', async () => {
      const { supervisor } = setUp()
      supervisor.discover(new program.Wrapped())
      await supervisor.start()

      expect(await supervisor.task('Wrapped.above')?.trigger()).toMatchObject({ value: 'above above' })
      expect(await supervisor.task('Wrapped.below')?.trigger()).toMatchObject({ value: 'below below' })
    })
  })
}

describe('discover', () => {
  it('explains what to do about two instances of a class, and keeps the tasks of the first', async () => {
    const lines = consoleLines()
    const { Feeds } = load(withEsbuild(source)) as unknown as Program
    const { supervisor } = setUp()
    const first = supervisor.discover(new Feeds('eu'))
    const second = supervisor.discover(new Feeds('us'))

    expect(second.registered).toEqual([])
    expect(second.failed.map(({ owner, error }) => [owner, error.name, error.message])).toEqual(
      ['Feeds.poll', 'Feeds.index'].map((name) => [
        'Feeds',
        'DuplicateTaskError',
        `Expected \`name\` to be unique, got '${name}', which owner 'Feeds' has already registered. If the class has several instances, give each its own name: @task({ name: (instance) => … })`,
      ]),
    )
    expect(lines[0]).toContain('give each its own name')
    expect([...supervisor.tasks()]).toEqual(first.registered)
  })

  it('takes a list of instances and classes, each under the name of its class', () => {
    const { Feeds, Mailbox } = load(withEsbuild(source)) as unknown as Program
    const { supervisor } = setUp()
    supervisor.discover([
      new Mailbox('bob'),
      Feeds,
      { getTasks: () => [{ name: 'provided', run: () => {} }] },
      null,
    ])

    expect([...supervisor.tasks()].map(({ name, owner }) => [name, owner])).toEqual([
      ['mail.bob.fetch', 'Mailbox'],
      ['mail.bob.send', 'Mailbox'],
      ['Feeds.cleanup', 'Feeds'],
      ['feeds.check', 'Feeds'],
      ['provided', 'app'],
    ])
  })

  it('returns what unregisters its tasks and leaves those of others, and can find them again', async () => {
    const { Mailbox } = load(withEsbuild(source)) as unknown as Program
    const { supervisor } = setUp()
    const bob = new Mailbox('bob')
    supervisor.discover(new Mailbox('alice'))
    const found = supervisor.discover(bob)
    await supervisor.start()
    await found.dispose()
    await found[Symbol.asyncDispose]()

    expect([...supervisor.tasks()].map(({ name }) => name)).toEqual(['mail.alice.fetch', 'mail.alice.send'])
    expect(supervisor.discover(bob).failed).toEqual([])
  })

  it('finds marked methods beside getTasks(), and takes an object with getTasks() itself', () => {
    const { supervisor } = setUp()
    const provider = { getTasks: () => [{ name: 'provided', run: () => {} }] }
    const { Mailbox } = load(withEsbuild(source)) as unknown as Program
    supervisor.discover(provider)
    supervisor.discover(
      Object.assign(new Mailbox('eve'), { getTasks: () => [{ name: 'beside', run: () => {} }] }),
    )

    expect([...supervisor.tasks()].map(({ name, owner }) => [name, owner])).toEqual([
      ['provided', 'app'],
      ['mail.eve.fetch', 'Mailbox'],
      ['mail.eve.send', 'Mailbox'],
      ['beside', 'Mailbox'],
    ])
  })

  it('reports options that are wrong or that throw, with the method, and registers the others', () => {
    consoleLines()
    const { Bad } = load(
      withEsbuild(`
        import { task } from './decorators'
        export class Bad {
          @task({ timeOut: '1s' }) misspelt() {}
          @task({ run: () => {} }) twoRuns() {}
          @task({ name: () => { throw new Error('no') } }) throwing() {}
          @task(() => undefined) empty() {}
          @task({ name: 'not a name' }) named() {}
          @task() [Symbol('x')]() {}
          @task() good() {}
        }
      `),
    ) as { readonly Bad: new () => object }
    const { supervisor } = setUp()
    const { registered, failed } = supervisor.discover(new Bad())

    expect(registered.map(({ name }) => name)).toEqual(['Bad.good'])
    expect(failed.map(({ error }) => error.message)).toEqual([
      "Unknown option 'timeOut' of task 'Bad.misspelt'. Did you mean 'timeout'?",
      expect.stringContaining('Expected `run` to be left out, because the method is the run, got'),
      'no',
      'Expected `task` to be an object, got undefined',
      expect.stringContaining("got 'not a name'"),
      'Expected `name` to be given to @task, because the method of Symbol(x) has no name, got undefined',
    ])
  })

  it('asks for a name if the class has none', () => {
    consoleLines()
    const { Mailbox } = load(withEsbuild(source)) as unknown as Program
    Object.defineProperty(Mailbox, 'name', { value: '' })
    const { Wrapped } = load(withEsbuild(source)) as unknown as Program
    Object.defineProperty(Wrapped, 'name', { value: '' })

    expect(setUp().supervisor.discover(new Mailbox('bob')).registered).toHaveLength(2)
    expect(setUp().supervisor.discover(new Wrapped()).failed[0]?.error.message).toBe(
      'Expected `name` to be given to @task, because the class of above has no name, got undefined',
    )
  })

  it.each([
    [class Plain {}, 'such as new Plain(), unless its @task methods are static, got function Plain'],
    [new (class Plain {})(), 'got'],
    [() => {}, 'got'],
    ['feeds', "got 'feeds'"],
  ])('refuses what has no tasks: %s', (wrong, got) => {
    const { supervisor } = setUp()
    expect(() => supervisor.discover(wrong as object)).toThrow(
      expect.objectContaining({ name: 'InvalidOptionError', message: expect.stringContaining(got) }),
    )
  })

  it('says that a class is not an instance', () => {
    const { Mailbox } = load(withEsbuild(source)) as unknown as Program
    expect(() => setUp().supervisor.discover(Mailbox)).toThrow(/pass an instance, such as new Mailbox\(\)/)
  })

  it('calls the method that the instance has at that time, so that a test can replace it', async () => {
    const { Mailbox } = load(withEsbuild(source)) as unknown as Program
    const { supervisor } = setUp()
    const mailbox = new Mailbox('bob')
    supervisor.discover(mailbox)
    await supervisor.start()
    mailbox.fetch = () => 'replaced'

    expect(await supervisor.task('mail.bob.fetch')?.trigger()).toMatchObject({ value: 'replaced' })
  })
})

describe('@task in a wrong place', () => {
  const compile = (text: string) => `import { task } from './decorators'\n${text}`

  it('names experimentalDecorators and the cure', () => {
    for (const use of ['@task()', '@task({ name: "a" })'])
      expect(() => load(legacy(compile(`class A { ${use} poll() {} }`)))).toThrow(
        /^Expected @task to be a standard decorator, but it was called as a legacy one\. Remove `experimentalDecorators`/,
      )
    expect(() => load(legacy(compile('class A { @task poll() {} }')))).toThrow(
      /write @task\(\) instead of @task/,
    )
  })

  it.each([
    ['class A { @task poll() {} }', 'Expected @task() to be called: write @task() instead of @task'],
    [
      'class A { @task() poll = () => {} }',
      'Expected @task to be on a method, got a field: `this` is bound, so no arrow function is needed',
    ],
    ['class A { @task() get poll() { return () => {} } }', /on a method, got a getter/],
    ['class A { @task() accessor poll = 1 }', /on a method, got a accessor/],
    ['@task() class A {}', /on a method, got a class/],
    ['class A { @task("30s") poll() {} }', "Expected `@task` to be given an object of options, got '30s'"],
  ])('refuses %s', (text, message) => {
    expect(() => load(withEsbuild(compile(text)))).toThrow(message)
  })
})
