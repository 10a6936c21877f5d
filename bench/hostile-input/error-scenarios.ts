import { aggregate, deepCause, errorOfClass, longError, unusualKinds, unusualThrown } from './errors.ts'
import {
  allFailed,
  classes,
  manualTask,
  type Play,
  type Scenario,
  supervised,
  textsKept,
} from './supervised.ts'

function failing(runs: number, make: (number: number) => unknown): Play {
  return async () => {
    const { supervisor, heard } = await supervised()
    let number = 0
    const handle = manualTask(supervisor, async () => {
      throw make(number++)
    })
    for (let run = 0; run < runs; run++) await handle.trigger()
    return {
      supervisor,
      heard,
      done: allFailed(runs),
      notes: () => ({ ...classes(handle), 'bytes of text kept': textsKept(handle) }),
    }
  }
}

export const errorScenarios: readonly Scenario[] = [
  {
    id: 'huge-messages',
    label: '300 errors with messages of 10 MB',
    prepare: (scale) => failing(300 * scale, (number) => longError(10, number)),
  },
  {
    id: 'clipped-messages',
    label: '300 errors that quote 200 characters of a text of 10 MB',
    prepare: (scale) =>
      failing(
        300 * scale,
        (number) => new Error(`bad answer: ${`${number}${'x'.repeat(1e7)}`.slice(0, 200)}`),
      ),
  },
  {
    id: 'error-classes',
    label: '100,000 classes of errors in one task',
    prepare: (scale) => failing(100_000 * scale, errorOfClass),
  },
  {
    id: 'error-names',
    label: '1,000 errors with names of 1 MB',
    prepare: (scale) =>
      failing(1_000 * scale, (number) =>
        Object.assign(new Error('no'), { name: `${number}${'x'.repeat(1e6)}` }),
      ),
  },
  {
    id: 'deep-causes',
    label: '100 errors with 10,000 causes each',
    prepare: (scale) => failing(100 * scale, () => deepCause(10_000)),
  },
  {
    id: 'aggregates',
    label: '100 AggregateErrors of 10,000',
    prepare: (scale) => failing(100 * scale, () => aggregate(10_000)),
  },
  {
    id: 'odd-things',
    label: `unusual thrown values, ${unusualKinds} kinds: proxies, getters that throw, symbols, cycles, texts of 1 MB`,
    prepare: (scale) => failing(unusualKinds * 1_000 * scale, (number) => unusualThrown(number)),
  },
  {
    id: 'throws-fast',
    label: 'a task that throws 50,000 times a second for 5 s, reported by `console.error`',
    prepare: (scale) => async () => {
      const lines: unknown[] = []
      console.error = (line: unknown) => lines.push(line)
      // Without the option `observers`, a supervisor writes to the console.
      const { Supervisor } = await import('@runwell/core')
      const supervisor = new Supervisor()
      await supervisor.start()
      const handle = manualTask(supervisor, () => {
        throw new Error('no')
      })
      const seconds = 5 * scale
      const perTurn = 500
      const began = performance.now()
      let runs = 0
      while (runs < 50_000 * seconds) {
        for (let run = 0; run < perTurn; run++) await handle.trigger()
        runs += perTurn
        const aheadMs = (runs / 50_000) * 1_000 - (performance.now() - began)
        if (aheadMs > 1) await new Promise((resolve) => setTimeout(resolve, aheadMs))
      }
      const tookS = (performance.now() - began) / 1_000
      return {
        supervisor,
        done: allFailed(runs),
        notes: () => ({ ...classes(handle), 'runs a second': Math.round(runs / tookS), lines: lines.length }),
      }
    },
  },
]
