import fc from 'fast-check'
import { shortMs } from './behavior.ts'
import type { Failure } from './faulty-observer.ts'
import { adopt, hostBegins, hostDoes, hostEnds } from './host-commands.ts'
import type { Spec } from './spec.ts'
import { describeSpec, scheduleSpec, spec } from './spec.ts'
import { type Model, step } from './step.ts'
import type { World } from './world.ts'

const which = fc.nat(5)
const around = fc.constantFrom(-1, 0, 0, 1)
const jumpMs = fc.constantFrom(
  -100_000_000,
  -14_400_000,
  -60_000,
  -1_500,
  -300,
  300,
  1_500,
  60_000,
  14_400_000,
  100_000_000,
)

const register = spec.map((one: Spec) =>
  step(`register ${describeSpec(one)}`, (world) => world.register(one)),
)

const advanceTo = fc
  .tuple(fc.constantFrom('timer', 'timer', 'slot', 'restart', 'stop'), which, around)
  .map(([what, index, delta]) =>
    step(`advance to ${what} ${index} ${delta < 0 ? '' : '+'}${delta} ms`, (world) => {
      const dueMs = world.dueIn(what as 'timer' | 'slot' | 'restart' | 'stop', index)
      return world.advance(Math.min(6_000, dueMs) + delta)
    }),
  )

const advanceBy = fc
  .constantFrom(1, 10, 50, 99, 100, 101, 500, 1_000, 5_000, 30_000)
  .map((ms) => step(`advance by ${ms} ms`, (world) => world.advance(ms)))

const settle = fc
  .tuple(which, fc.constantFrom<'ok' | 'throw'>('ok', 'throw'))
  .map(([index, how]) => step(`settle ${index} ${how}`, (world) => world.settle(index, how)))

const time = fc.oneof(
  fc.constantFrom(30, 60, 1_000, 10_000).map((ms) => step(`block ${ms} ms`, (world) => world.block(ms))),
  jumpMs.map((ms) => step(`the wall clock jumps ${ms} ms`, (world) => world.jump(ms, false))),
  fc
    .constantFrom(300, 60_000, 14_400_000, 259_200_000)
    .map((ms) => step(`suspend ${ms} ms`, (world) => world.jump(ms, true))),
)

const control = fc.oneof(
  which.map((index) => step(`pause ${index}`, (world) => world.pause(world.task(index)))),
  which.map((index) => step(`resume ${index}`, (world) => world.task(index)?.resume())),
  which.map((index) => step(`trigger ${index}`, (world) => world.trigger(world.task(index)))),
  which.map((index) => step(`restart ${index}`, (world) => world.restart(world.task(index)))),
  fc
    .tuple(which, scheduleSpec)
    .map(([index, schedule]) =>
      step(`reschedule ${index} to ${Object.values(schedule).join(' ')}`, (world) =>
        world.reschedule(world.task(index), schedule),
      ),
    ),
  fc.tuple(which, scheduleSpec).map(([index, schedule]) =>
    step(`reschedule ${index} at its slot to ${Object.values(schedule).join(' ')}`, async (world) => {
      await world.advance(Math.min(6_000, world.dueIn('slot', index)) - 1)
      world.block(1)
      world.reschedule(world.task(index), schedule)
    }),
  ),
  which.map((index) => step(`unregister ${index}`, (world) => world.unregister(world.task(index)))),
  fc.boolean().map((settles) => step(settles ? 'spawn' : 'spawn and leave', (world) => world.spawn(settles))),
  which.map((index) => step(`beat ${index}`, (world) => world.beat(index))),
  fc.constant(step('flip enabled()', (world) => world.flipEnabled())),
)

const failure = fc
  .constantFrom<Failure>('none', 'throws', 'rejects', 'never calls next', 'calls next twice', 'never flushes')
  .map((how) => step(`the observer ${how}`, (world) => world.faulty.failWith(how)))

const stop = fc
  .record({
    deadline: fc.constantFrom(0, 100, 4_000, 25_000),
    classGrace: fc.constantFrom(0, 100, 10_000),
    drain: fc.boolean(),
    drainDelay: fc.constantFrom(0, 0, 100),
    before: fc.constantFrom('nothing', 'nothing', 'throws', 'never ends'),
  })
  .map(({ before, ...options }) => {
    const calls = {
      nothing: undefined,
      throws: () => Promise.reject(new Error('before')),
      'never ends': () => new Promise(() => {}),
    }
    const text = `stop ${JSON.stringify(options)} before ${before}`
    return step(text, (world) => world.stop({ ...options, before: calls[before as keyof typeof calls] }))
  })

const hurry = shortMs.map((ms) => step(`a second signal: ${ms} ms`, (world) => world.hurry(ms)))

/** A command that is listed more often is chosen more often. */
export const commands: readonly fc.Arbitrary<fc.AsyncCommand<Model, World>>[] = [
  ...repeat(4, register),
  ...repeat(2, fc.constant(step('start', (world) => world.start()))),
  ...repeat(7, advanceTo),
  ...repeat(3, advanceBy),
  ...repeat(5, settle),
  ...repeat(2, time),
  ...repeat(6, control),
  ...repeat(2, adopt),
  ...repeat(3, hostBegins),
  ...repeat(2, hostEnds),
  ...repeat(3, hostDoes),
  failure,
  stop,
  hurry,
]

function repeat<T>(times: number, one: T): T[] {
  return Array<T>(times).fill(one)
}
