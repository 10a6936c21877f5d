import type { TriggerResult } from '@runwell/core'
import { allSucceeded, manualTask, type Scenario, supervised } from './supervised.ts'

const work = async () => {}

export const spawnScenarios: readonly Scenario[] = [
  {
    id: 'spawned',
    label: '1,000,000 runs spawned, a thousand at a time',
    prepare: (scale) => async () => {
      const { supervisor, heard } = await supervised()
      const runs = 1_000_000 * scale
      for (let done = 0; done < runs; done += 1_000) {
        const handles = Array.from({ length: 1_000 }, () => supervisor.spawn('mail', work))
        await Promise.all(handles.map(({ outcome }) => outcome))
      }
      return { supervisor, heard, done: allSucceeded(runs) }
    },
  },
  {
    id: 'spawned-at-once',
    label: '1,000,000 runs spawned in one turn; the limit is 10,000',
    prepare: (scale) => async () => {
      const { supervisor, heard } = await supervised()
      const asked = 1_000_000 * scale
      let full = 0
      let last: Promise<TriggerResult> | undefined
      const count = (result: TriggerResult) => {
        if (!result.started && result.reason === 'full') full++
      }
      for (let run = 0; run < asked; run++) {
        last = supervisor.spawn('mail', work).outcome
        void last.then(count)
      }
      await last
      await new Promise((resolve) => setImmediate(resolve))
      const ran = Math.min(asked, 10_000)
      return {
        supervisor,
        heard,
        done: { ...allSucceeded(ran), skipped: asked - ran },
        notes: () => ({ refused: full }),
      }
    },
  },
  {
    id: 'spawned-names',
    label: '100,000 names spawned once each',
    prepare: (scale) => async () => {
      const { supervisor, heard } = await supervised()
      const names = 100_000 * scale
      for (let name = 0; name < names; name++) await supervisor.spawn(`mail.${name}`, work).outcome
      return {
        supervisor,
        heard,
        done: allSucceeded(names),
        notes: () => ({ 'tasks kept': [...supervisor.tasks()].length }),
      }
    },
  },
  {
    id: 'never-ending',
    label: '100,000 runs spawned that never end and ignore their abort signal',
    maxMb: 60,
    prepare: (scale) => async () => {
      const { supervisor, heard } = await supervised()
      const asked = 100_000 * scale
      const options = { abortGrace: 1, timeout: 1 }
      // `spawn` skips runs above its limits. The number of skipped runs depends on the machine.
      let began = 0
      const hang = () => {
        began++
        return new Promise<never>(() => {})
      }
      for (let run = 0; run < asked; run++) {
        supervisor.spawn('hung', hang, options)
        if (run % 1_000 === 999) await new Promise((resolve) => setTimeout(resolve, 3))
      }
      await new Promise((resolve) => setTimeout(resolve, 2_000))
      return {
        supervisor,
        heard,
        done: { started: began, abandoned: began, skipped: asked - began },
        notes: () => ({ 'runs kept': supervisor.task('hung')?.active().length ?? 0 }),
      }
    },
  },
  {
    id: 'huge-names',
    label: '1,000 names of 10 MB, registered and spawned',
    prepare: (scale) => async () => {
      const { supervisor, heard } = await supervised()
      const refused = { count: 0, longest: 0 }
      const refuse = (act: () => unknown) => {
        try {
          act()
        } catch (error) {
          refused.count++
          refused.longest = Math.max(
            refused.longest,
            String(error instanceof Error ? error.message : error).length,
          )
        }
      }
      for (let round = 0; round < 500 * scale; round++) {
        const name = 'x'.repeat(10_000_000)
        refuse(() => manualTask(supervisor, work, name))
        refuse(() => supervisor.spawn(name, work))
      }
      return {
        supervisor,
        heard,
        done: { started: 0 },
        notes: () => ({ refused: refused.count, 'longest message': refused.longest }),
      }
    },
  },
  {
    id: 'churn',
    label: '100,000 tasks registered, run and unregistered, each with an owner and a category of its own',
    prepare: (scale) => async () => {
      const { supervisor, heard } = await supervised()
      const tasks = 100_000 * scale
      let ran = 0
      for (let index = 0; index < tasks; index++) {
        const handle = supervisor.register({
          name: `task.${index}`,
          owner: `owner-${index}`,
          category: `category-${index}`,
          run: () => void ran++,
        })
        await handle.trigger()
        await handle.unregister()
      }
      return {
        supervisor,
        heard,
        done: { started: 0, heard: tasks },
        notes: () => ({ ran, 'tasks kept': [...supervisor.tasks()].length }),
      }
    },
  },
  {
    id: 'huge-values',
    label: '2,000 runs with an input, a beat and a result of 10 MB',
    prepare: (scale) => async () => {
      const { supervisor, heard } = await supervised()
      const handle = manualTask<string>(supervisor, async ({ input, beat }) => {
        beat(`${input}!`)
        return input
      })
      const runs = 2_000 * scale
      for (let run = 0; run < runs; run++) await handle.trigger(`${run}${'x'.repeat(10_000_000)}`)
      return { supervisor, heard, done: allSucceeded(runs) }
    },
  },
]
