import type { Observer } from '@runwell/core'
import { deepCause, longError, unusualKinds, unusualThrown } from './errors.ts'
import {
  allFailed,
  allSucceeded,
  manualTask,
  type Notes,
  type Played,
  type Scenario,
  supervised,
} from './supervised.ts'

const work = async () => {}

function running(
  runs: number,
  observers: readonly Observer[],
  run: () => unknown = work,
  done = allSucceeded,
): () => Promise<Played & { readonly notes: () => Notes }> {
  return async () => {
    const { supervisor, heard } = await supervised({ observers })
    const handle = manualTask(supervisor, run)
    for (let number = 0; number < runs; number++) await handle.trigger()
    return {
      supervisor,
      heard,
      done: done(runs),
      notes: () => ({ 'observer failures': heard.observerFailed }),
    }
  }
}

function refuse(): never {
  throw new Error('the disk is full')
}

export const observerScenarios: readonly Scenario[] = [
  {
    id: 'logger-throws',
    label: '100,000 runs with a logger that throws',
    prepare: async (scale) => {
      const { logObserver } = await import('@runwell/core')
      const logger = { debug: refuse, info: refuse, warn: refuse, error: refuse }
      return running(100_000 * scale, [logObserver(logger)])
    },
  },
  {
    id: 'observers-throw',
    label: '100,000 runs with 10 observers that throw, reject, or do not call next()',
    prepare: (scale) =>
      running(
        100_000 * scale,
        Array.from({ length: 10 }, (_, index) => ({
          name: `hostile-${index}`,
          onEvent: index % 2 === 0 ? refuse : () => Promise.reject(new Error('no')),
          aroundRun: index % 3 === 0 ? () => new Promise(() => {}) : refuse,
        })),
      ),
  },
  {
    id: 'observer-pends',
    label: '100,000 runs with an observer whose promises never settle',
    prepare: (scale) => running(100_000 * scale, [{ name: 'pends', onEvent: () => new Promise(() => {}) }]),
  },
  {
    id: 'observer-slow',
    label: '2,000 runs with an observer that blocks the event loop for 1 ms at each event',
    prepare: (scale) =>
      running(2_000 * scale, [
        {
          name: 'slow',
          onEvent() {
            const until = performance.now() + 1
            while (performance.now() < until);
          },
        },
      ]),
  },
  {
    id: 'annotations',
    label: '1,000 runs, annotated with 8 texts of 1 MB each',
    prepare: (scale) =>
      running(1_000 * scale, [
        {
          name: 'bag',
          aroundRun(run, next) {
            const bag: Record<string, string> = {}
            for (let key = 0; key < 8; key++) bag[`${key}${'k'.repeat(1e6)}`] = `${key}${'x'.repeat(1e6)}`
            run.annotate(bag)
            return next()
          },
        },
      ]),
  },
  {
    id: 'log-huge',
    label: '300 errors of 10 MB and of 10,000 causes, written by `logObserver`',
    prepare: async (scale) => {
      const { logObserver } = await import('@runwell/core')
      let longest = 0
      const write = (text: string) => {
        longest = Math.max(longest, text.length)
      }
      let number = 0
      const run = () => {
        number++
        throw number % 2 === 0 ? longError(10, number) : deepCause(10_000)
      }
      const logger = { debug: write, info: write, warn: write, error: write }
      const play = running(300 * scale, [logObserver(logger)], run, allFailed)
      return async () => {
        const played = await play()
        return { ...played, notes: () => ({ ...played.notes(), 'longest line': longest }) }
      }
    },
  },
  {
    id: 'log-odd',
    label: 'unusual thrown values, written by `logObserver`',
    prepare: async (scale) => {
      const { logObserver } = await import('@runwell/core')
      let lines = 0
      const write = () => {
        lines++
      }
      let number = 0
      const run = () => {
        throw unusualThrown(number++)
      }
      const logger = { debug() {}, info() {}, warn: write, error: write }
      const play = running(unusualKinds * 100 * scale, [logObserver(logger)], run, allFailed)
      return async () => {
        const played = await play()
        return { ...played, notes: () => ({ ...played.notes(), lines }) }
      }
    },
  },
]
