import { type Call, timeInTurns } from '../batches.ts'
import { task } from '../per-run/task.ts'
import { print } from '../print.ts'

const never = '0 0 1 1 *'

async function started() {
  const { Supervisor } = await import('@runwell/core')
  const supervisor = new Supervisor({ observers: [] })
  await supervisor.start()
  return supervisor
}

async function nodeCron(runwell: 'absent' | 'loaded' | 'adopted'): Promise<Call> {
  const { default: host } = await import('node-cron')
  let cron = host
  if (runwell !== 'absent') {
    const { adoptNodeCron } = await import('@runwell/adopt/node-cron')
    const facade = adoptNodeCron(host, await started())
    if (runwell === 'adopted') cron = facade
  }
  const job = cron.schedule(never, task)
  return () => job.execute()
}

// Without `expects`, because with it the supervisor would do part of its work after the measurement.
const modes = {
  instrument: async () => (await started()).instrument({ name: 'task' }, task),
  wrap: async () => (await started()).external({ name: 'task' }).wrap(task),
  'node-cron': () => nodeCron('absent'),
  'node-cron-loaded': () => nodeCron('loaded'),
  'node-cron-adopted': () => nodeCron('adopted'),
} satisfies Record<string, () => Promise<Call>>

export type Mode = keyof typeof modes

const calls = new Map<Mode, Call>()
for (const mode of process.argv.slice(3) as Mode[]) calls.set(mode, await modes[mode]())
print(await timeInTurns(Number(process.argv[2]), calls))
process.exit(0)
