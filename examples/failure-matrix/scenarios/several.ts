import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Scenario } from '../scenario.ts'
import { until } from '../waiting.ts'

interface Facts {
  readonly once: number
  readonly twice: number
  readonly chosen: boolean
}

const program = fileURLToPath(new URL('../host-program.ts', import.meta.url))
const watchedMs = 6_000
/** On a busy machine, it takes long until both hosts run in the same second. */
const limitMs = 30_000

async function host(candidate: string, role: 'chosen' | 'other'): Promise<ChildProcess> {
  const child = fork(program, [candidate, role], { execArgv: ['--import', 'tsx'] })
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`A host ended with ${code}`)))
    child.on('message', (message) => message === 'ready' && resolve())
  })
  return child
}

export const severalHosts: Scenario<Facts> = {
  id: 'several-hosts',
  title: 'the same program on two hosts',
  what: 'Two processes schedule the same task for every second. If the candidate documents a way to choose one of several hosts, the test chooses one: in node-cron by an environment variable, in Runwell by `enabled`. Some candidates also accept a coordinator or a queue; the test does not use them.',
  async act(candidate, id) {
    const hosts = await Promise.all([host(id, 'chosen'), host(id, 'other')])
    const runs = hosts.map((child) => {
      const seconds = new Set<number>()
      child.on('message', (second) => typeof second === 'number' && seconds.add(second))
      return seconds
    })
    const [one = new Set<number>(), other = new Set<number>()] = runs
    const both = () => [...one].filter((second) => other.has(second)).length
    const chosen = candidate.everySecondOnOneHost !== undefined
    await until(() => both() >= 3, chosen ? watchedMs : limitMs)
    for (const child of hosts) {
      child.removeAllListeners('exit')
      child.kill('SIGKILL')
    }
    const twice = both()
    return { once: new Set([...one, ...other]).size - twice, twice, chosen }
  },
  cell({ facts }) {
    if (facts === null) return 'the process exits'
    const { once, twice, chosen } = facts
    if (twice > 0) return chosen ? 'runs on both' : 'runs on both, no such option'
    return once > 0 ? 'runs on the chosen one' : 'does not run'
  },
}
