import { aggregate, deepCause, errorOfClass, longError, oddThings } from './errors.mjs'
import { allFailed, classes, stage, task, textsKept } from './stage.mjs'

/** Triggers one task `runs` times, which throws what `make` gives. */
function failing(runs, make) {
  return async () => {
    const { supervisor, heard } = await stage()
    let number = 0
    const handle = task(supervisor, async () => {
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

const makers = Object.values(oddThings)

export const errorScenarios = [
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
    label: `what should not be thrown, ${makers.length} kinds: proxies, getters that throw, symbols, cycles, texts of 1 MB`,
    prepare: (scale) => failing(makers.length * 1_000 * scale, (number) => makers[number % makers.length]()),
  },
  {
    id: 'throws-fast',
    label: 'a task that throws 50,000 times a second for 5 s, told to `console.error`',
    prepare: (scale) => async () => {
      const lines = []
      console.error = (line) => lines.push(line)
      // Without observers a supervisor speaks up on the console.
      const { Supervisor } = await import('@runwell/core')
      const supervisor = new Supervisor()
      await supervisor.start()
      const handle = task(supervisor, () => {
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
        notes: () => ({ ...classes(handle), 'a second': Math.round(runs / tookS), lines: lines.length }),
      }
    },
  },
]
