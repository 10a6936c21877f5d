import { describe, expect, test } from 'vitest'
import { every } from '../schedule/every.ts'
import type { TaskOptions } from './options.ts'
import { resolveTask } from './resolve.ts'

const run = (): void => {}

describe('a task with the options of the one before it', () => {
  test('has its own name and function, and shares the rest', () => {
    const other = (): void => {}
    const a = resolveTask({ name: 'a', schedule: every('30s'), owner: 'feeds', timeout: '5s', run })
    const b = resolveTask({ name: 'b', schedule: every('30s'), owner: 'feeds', timeout: '5s', run: other })

    expect(b.info).toEqual({ ...a.info, name: 'b' })
    expect(Object.isFrozen(b.info)).toBe(true)
    expect(b.run).toBe(other)
    expect(a.run).toBe(run)
    expect(b.config).toBe(a.config)
    expect(b.traits).toBe(a.traits)
    expect(b.schedule).toBe(a.schedule)
  })

  test('shares its schedule, if that is equal though made anew', () => {
    const a = resolveTask({ name: 'a', schedule: every('30s', { immediate: true }), run })
    const b = resolveTask({ name: 'b', schedule: every('30s', { immediate: true }), run })
    const c = resolveTask({ name: 'c', schedule: every('30s', { jitter: '1s' }), run })
    const d = resolveTask({ name: 'd', schedule: every('31s', { jitter: '1s' }), run })

    expect(b.schedule).toBe(a.schedule)
    expect(c.schedule.rules.jitterMs).toBe(1_000)
    expect(d.schedule.info.periodMs).toBe(31_000)
  })

  test.each<[string, unknown]>([
    ['null', null],
    ['a text', 'every 30s'],
    ['what has no rules', { info: every('30s').info }],
  ])('is refused with a schedule that is %s', (_, schedule) => {
    resolveTask({ name: 'a', schedule: every('30s'), run })

    expect(() => resolveTask({ name: 'b', schedule, run } as unknown as TaskOptions)).toThrow('`schedule`')
  })

  test.each<[string, Partial<TaskOptions>, Partial<TaskOptions>]>([
    ['another value', { priority: 'high' }, { priority: 'low' }],
    ['one more', {}, { priority: 'low' }],
    ['one less', { priority: 'low', owner: 'feeds' }, { priority: 'low' }],
    ['one in place of another', { owner: 'feeds' }, { priority: 'low' }],
  ])('is told from it by %s', (_, first, second) => {
    resolveTask({ name: 'a', ...first, run })
    const { info, config } = resolveTask({ name: 'b', ...second, run })

    expect(info.priority).toBe('low')
    expect(info.owner).toBe('app')
    expect(config.priority).toBe('low')
  })

  test('is checked where it differs', () => {
    resolveTask({ name: 'a', run })

    expect(() => resolveTask({ name: 'a b', run })).toThrow('`name`')
    expect(() => resolveTask({ name: 'b', run: undefined } as unknown as TaskOptions)).toThrow('`run`')
    expect(() => resolveTask({ name: 'b', run, colour: 'red' } as TaskOptions)).toThrow("'colour'")
    expect(() => resolveTask(undefined as unknown as TaskOptions)).toThrow('an object of options')
  })
})

test('options that the caller changes afterwards are read anew', () => {
  const dependsOn = ['a']
  const options = { name: 'b', owner: 'feeds', dependsOn, run }
  const before = resolveTask(options)
  dependsOn.push('c')
  options.owner = 'mail'
  const after = resolveTask(options)

  expect(before.config.dependsOn).toEqual(['a'])
  expect(after.config.dependsOn).toEqual(['a', 'c'])
  expect(after.info.owner).toBe('mail')
})

test('options that are objects of a class are read by their getters', () => {
  class Poller {
    readonly name: string
    readonly #priority: 'low' | 'high'

    constructor(name: string, priority: 'low' | 'high') {
      this.name = name
      this.#priority = priority
    }

    get priority(): 'low' | 'high' {
      return this.#priority
    }

    run(): void {}
  }

  expect(resolveTask(new Poller('a', 'low')).info.priority).toBe('low')
  expect(resolveTask(new Poller('b', 'high')).info.priority).toBe('high')
})
