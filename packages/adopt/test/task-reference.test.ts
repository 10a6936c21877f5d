import { every, Supervisor, type Task } from '@runwell/core'
import { describe, expect, it } from 'vitest'
import { taskReference } from '../src/nest/task-reference.ts'

const options = { name: 'reports.send', schedule: every('1h'), run: () => {} }

/** Includes inherited members. */
function membersOf(handle: object): string[] {
  const names: string[] = []
  for (let each: object | null = handle; each !== null && each !== Object.prototype; ) {
    names.push(...Object.getOwnPropertyNames(each))
    each = Object.getPrototypeOf(each)
  }
  return names.filter((name) => name !== 'constructor')
}

describe('a reference to a task that is not registered', () => {
  const registered = new Supervisor()
  const handle: Task = registered.register(options)

  it.each(membersOf(handle))('throws an error with the cure for %s', (member) => {
    const reference = taskReference(new Supervisor(), options.name)

    expect(() => Reflect.get(reference, member)).toThrow(
      "Expected `@InjectTask`, used from onApplicationBootstrap on, to name a registered task, got 'reports.send'",
    )
  })

  it.each(['then', 'onModuleInit', 'toJSON', 'getTasks', Symbol.iterator])(
    'has no %s, which libraries look for in objects',
    (member) => {
      expect(Reflect.get(taskReference(new Supervisor(), options.name), member)).toBeUndefined()
    },
  )

  it('works as soon as the task is registered', async () => {
    const supervisor = new Supervisor()
    const reference = taskReference(supervisor, options.name)
    supervisor.register(options)

    for (const member of membersOf(handle)) expect(() => Reflect.get(reference, member)).not.toThrow()
    expect(reference.abort()).toBe(0)
    expect(reference.health().status).toBe('unknown')
    expect(reference.history()).toEqual([])
    expect(reference.metrics().consecutiveFailures).toBe(0)
  })

  it('stays a handle when the task is unregistered, and becomes that of a new task of this name', async () => {
    const supervisor = new Supervisor()
    const reference = taskReference(supervisor, options.name)
    supervisor.register(options)
    await reference.unregister()

    expect(await reference.trigger()).toEqual({ started: false, reason: 'unregistered' })
    supervisor.register({ ...options, priority: 'high' })
    expect(reference.priority).toBe('high')
  })
})
