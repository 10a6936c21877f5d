import { InvalidOptionError, Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { Cron } from 'croner'
import nodeCron from 'node-cron'
import { describe, expect, it, vi } from 'vitest'
import { adoptWorker } from '../src/bullmq/index.ts'
import { adoptChannel } from '../src/channel/index.ts'
import { adoptCronJob } from '../src/cron/index.ts'
import { adoptCroner } from '../src/croner/index.ts'
import { adoptDiscord } from '../src/discord/index.ts'
import { runwellPreset } from '../src/graphile-worker/index.ts'
import { adoptNodeCron } from '../src/node-cron/index.ts'
import { adoptPgBoss } from '../src/pg-boss/index.ts'
import { adoptTimers } from '../src/timers/index.ts'

const backup = (): void => {}

/** Has each method that an adopter looks for before it checks the options. */
const host = new Proxy({}, { get: (_, key) => (key === 'closing' ? undefined : () => undefined) }) as never

type Adopt = (supervisor: Supervisor, options: never) => unknown

const adopters: readonly (readonly [string, Adopt])[] = [
  ['adoptNodeCron', (supervisor, options) => adoptNodeCron(nodeCron, supervisor, options)],
  [
    'adoptCroner',
    (supervisor, options) =>
      adoptCroner(supervisor, new Cron('0 3 * * *', { paused: true }), backup, options),
  ],
  [
    'adoptCronJob',
    (supervisor, options) => adoptCronJob(supervisor, { cronTime: '0 3 * * *', onTick: backup }, options),
  ],
  ['adoptTimers', adoptTimers],
  ['adoptWorker', (supervisor, options) => adoptWorker(supervisor, host, options)],
  ['adoptPgBoss', (supervisor, options) => adoptPgBoss(supervisor, host, options)],
  ['runwellPreset', runwellPreset],
  ['adoptDiscord', (supervisor, options) => adoptDiscord(supervisor, host, options)],
  [
    'adoptDiscord.handlers',
    (supervisor, options) => adoptDiscord(supervisor, host, { handlers: options as object }),
  ],
  ['adoptChannel', (supervisor, options) => adoptChannel(supervisor, 'lib:job', options)],
]

const idle = new Supervisor({ clock: new VirtualClock(), observers: [] })

describe.each(adopters)('%s', (name, adopt) => {
  it('refuses a misspelt option when it is given, and suggests the right one', () => {
    const act = () => adopt(idle, { prio: 'low' } as never)

    expect(act).toThrow(InvalidOptionError)
    expect(act).toThrow(`Unknown option 'prio' of \`${name}\`. Did you mean 'priority'?`)
    expect([...idle.tasks()]).toEqual([])
  })

  it.each([
    [{ priority: 'urgent' }, /^Expected `priority` to be one of/],
    [{ slo: { target: 2 } }, /^Expected `slo\.target` to be/],
    [{ control: { stop: 1 } }, /control/],
    [{ host: 'cron' }, /Unknown option 'host' of/],
    ['low', /^Expected `.+` to be an object of options|^Expected `handlers` to be/],
  ])('refuses %j when it is given', (options, message) => {
    expect(() => adopt(idle, options as never)).toThrow(message)
    expect([...idle.tasks()]).toEqual([])
  })
})

it('an option of the adopter itself is suggested too', () => {
  expect(() => adoptWorker(idle, host, { startWithin: '5m' } as never)).toThrow(
    "Did you mean 'startsWithin'?",
  )
  expect(() => adoptWorker(idle, host, { queue: 'emails' as never })).toThrow(
    'Expected `queue` to be a Queue of BullMQ',
  )
  expect(() => adoptDiscord(idle, host, { handler: false } as never)).toThrow("Did you mean 'handlers'?")
  expect(() => adoptChannel(idle, 'lib:job', { taskof: backup } as never)).toThrow("Did you mean 'taskOf'?")
})

it('an option that only the task of the workers of Graphile Worker refuses is refused at once', () => {
  expect(() => runwellPreset(idle, { enabled: () => true })).toThrow(/^Expected `enabled` to be left out/)
})

it('the error of a function that returns wrong options names the adopter', () => {
  const options = vi.fn(() => ({ prio: 'low' }) as never)
  const cron = adoptNodeCron(nodeCron, idle, options)
  expect(options).not.toHaveBeenCalled()

  expect(() => cron.schedule('0 3 * * *', backup)).toThrow(
    "Unknown option 'prio' of `adoptNodeCron`. Did you mean 'priority'?",
  )
})
