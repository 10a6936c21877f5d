import { describe, expect, it } from 'vitest'
import type { ExternalTask, RunContext, Supervisor, Task } from '../src/index.ts'
import { every, InvalidOptionError, loop } from '../src/index.ts'
import { setUp } from './supervised.ts'

const wrong = { bye: 'me' } as never
const run = (): void => {}

function errorOf(call: () => unknown): InvalidOptionError {
  try {
    call()
  } catch (error) {
    if (error instanceof InvalidOptionError) return error
    throw error
  }
  throw new Error('Expected the call to throw')
}

type Calls<Subject> = Readonly<Record<string, (subject: Subject) => unknown>>

const ofTask: Calls<Task> = {
  trigger: (task) => task.trigger(undefined, wrong),
  pause: (task) => task.pause(wrong),
  'pause with a wrong reason': (task) => task.pause(''),
  'pause until the past': (task) => task.pause({ until: new Date(0) }),
  'pause until no date': (task) => task.pause({ until: 'soon' as never }),
  resume: (task) => task.resume(wrong),
  restart: (task) => task.restart(wrong),
  abort: (task) => task.abort(wrong),
  unregister: (task) => task.unregister(wrong),
  reschedule: (task) => task.reschedule(every('2m'), wrong),
  'reschedule without a schedule': (task) => task.reschedule('5s' as never),
  'reschedule to a loop': (task) => task.reschedule(loop()),
  history: (task) => task.history(-1),
  nextSlots: (task) => task.nextSlots(-1),
}

const ofExternal: Calls<ExternalTask> = {
  begin: (task) => task.begin(undefined, wrong),
  run: (task) => task.run(run, wrong),
  'run without a function': (task) => task.run(5 as never),
  wrap: (task) => task.wrap(run, wrong),
  skipped: (task) => task.skipped(''),
  missed: (task) => task.missed(-1),
  hostPaused: (task) => task.hostPaused(''),
  hostRescheduled: (task) => task.hostRescheduled('5s' as never),
  'hostRescheduled without slots': (task) => task.hostRescheduled(every('1m')),
}

const ofRun: Calls<RunContext['task']> = {
  trigger: (task) => task.trigger(undefined, wrong),
  pause: (task) => task.pause(wrong),
  restart: (task) => task.restart(wrong),
  reschedule: (task) => task.reschedule(loop()),
  unregister: (task) => task.unregister(wrong),
}

const ofSupervisor: Calls<Supervisor> = {
  register: (supervisor) => supervisor.register({ name: 'a', run: 5 as never }),
  'register in a cycle': (supervisor) => supervisor.register({ name: 'a', dependsOn: ['a'], run }),
  'register of an owner': (supervisor) => supervisor.owner('o').register({ name: 'a', run: 5 as never }),
  external: (supervisor) => supervisor.external({ name: 'a', grace: 'soon' as never }),
  'external that expects no schedule': (supervisor) =>
    supervisor.external({ name: 'a', expects: '5s' as never }),
  instrument: (supervisor) => supervisor.instrument({ name: 'a', host: '' }, run),
  spawn: (supervisor) => supervisor.spawn('a', run, { max: 0 }),
  'spawn without a function': (supervisor) => supervisor.spawn('a', 5 as never),
  'spawn of an owner': (supervisor) => supervisor.owner('o').spawn('a', run, null as never),
}

function expectToNameTask(error: InvalidOptionError): void {
  expect(error.task).toBe('a')
  expect(error.message).toMatch(/task 'a'\)?/)
}

describe('an error names the task if the wrong call is', () => {
  it.each(Object.entries(ofTask))('%s', (_name, call) => {
    const { supervisor } = setUp()
    const task = supervisor.register({ name: 'a', schedule: every('1m'), run })

    expectToNameTask(errorOf(() => call(task)))
  })

  it.each(Object.entries(ofExternal))('%s of an external task', (_name, call) => {
    const { supervisor } = setUp()

    expectToNameTask(errorOf(() => call(supervisor.external({ name: 'a' }))))
  })

  it.each(Object.entries(ofRun))('%s inside a run', async (_name, call) => {
    const { supervisor } = setUp()
    const errors: InvalidOptionError[] = []
    const task = supervisor.register({
      name: 'a',
      schedule: every('1m'),
      run: (context) => void errors.push(errorOf(() => call(context.task))),
    })
    await supervisor.start()
    await task.trigger()

    expect(errors).toHaveLength(1)
    for (const error of errors) expectToNameTask(error)
  })

  it.each(Object.entries(ofSupervisor))('%s', (_name, call) => {
    const { supervisor } = setUp()

    expectToNameTask(errorOf(() => call(supervisor)))
  })
})

it('an error of the function that an external task runs is not changed', () => {
  const { supervisor } = setUp()
  const task = supervisor.external({ name: 'a' })
  const thrown = errorOf(() => every('soon' as never))

  expect(
    errorOf(() =>
      task.run(() => {
        throw thrown
      }),
    ),
  ).toBe(thrown)
  expect(thrown.task).toBeUndefined()
})
