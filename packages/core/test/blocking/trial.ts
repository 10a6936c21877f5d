import { setTimeout as wait } from 'node:timers/promises'
import type { EventOf } from '../../src/index.ts'
import { every, Supervisor } from '../../src/index.ts'

export interface Trial {
  readonly seed: number
  readonly tasks: number
  readonly blocker: 'task' | 'nothing' | 'other'
  readonly seconds: number
}

export interface Verdict {
  readonly trial: Trial
  readonly blocks: number
  readonly named: string | undefined
  readonly everNamed: readonly string[]
  readonly isRight: boolean
}

const blockMs = 120
const blockingTask = 'task-0'

export async function tryOut(trial: Trial): Promise<Verdict> {
  const random = randomOf(trial.seed)
  const blocks: EventOf<'loop.blocked'>[] = []
  const supervisor = new Supervisor({
    observers: [
      {
        name: 'recorder',
        onEvent(event) {
          if (event.type === 'loop.blocked') blocks.push(event)
        },
      },
    ],
    seed: trial.seed,
    env: {},
  })
  for (let index = 0; index < trial.tasks; index += 1) {
    const blocks = trial.blocker === 'task' && index === 0
    const periodMs = (blocks ? 260 : 200) + Math.floor(random() * (blocks ? 100 : 200))
    supervisor.register({
      name: `task-${index}`,
      schedule: every(periodMs, { immediate: random() < 0.5, jitter: Math.floor(periodMs * 0.3) }),
      run: () => work(periodMs * (0.1 + random() * 0.25), blocks, random),
    })
  }
  await supervisor.start()
  const end = performance.now() + trial.seconds * 1_000
  if (trial.blocker === 'other') await blockNowAndThen(end, random)
  else await wait(trial.seconds * 1_000)
  await supervisor.stop({ deadline: '1s' })
  return judge(trial, blocks)
}

async function work(ms: number, blocks: boolean, random: () => number): Promise<void> {
  const firstMs = ms * (0.2 + random() * 0.6)
  await wait(firstMs)
  if (blocks) block(blockMs)
  await wait(Math.max(0, ms - firstMs))
}

function block(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

async function blockNowAndThen(end: number, random: () => number): Promise<void> {
  while (performance.now() < end) {
    await wait(100 + random() * 300)
    block(blockMs)
  }
}

function judge(trial: Trial, blocks: readonly EventOf<'loop.blocked'>[]): Verdict {
  const names = blocks.map(({ suspect }) => suspect?.task).filter((task) => task !== undefined)
  const named = names.at(-1)
  const everNamed = [...new Set(names)]
  const isRight = trial.blocker === 'task' ? named === blockingTask : everNamed.length === 0
  return { trial, blocks: blocks.length, named, everNamed, isRight }
}

function randomOf(seed: number): () => number {
  let state = seed + 0x9e37_79b9
  return () => {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
