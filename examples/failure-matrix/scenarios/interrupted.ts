import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Scenario, seconds } from '../scenario.ts'
import { sleep, until } from '../waiting.ts'

interface Facts {
  /** How long the process lived after the second signal; `null` if it still lived after 8 s. */
  readonly livedMs: number | null
  readonly wroteReport: boolean
}

const program = fileURLToPath(new URL('../interrupted-program.ts', import.meta.url))
const watchedMs = 8_000

export const interrupted: Scenario<Facts> = {
  id: 'interrupted',
  title: 'a second Ctrl-C while the application writes its last report',
  what: "A process gets SIGINT, stops in the documented way, and then writes a report, which takes 6 s. The second SIGINT comes 1.5 s after the first. If the candidate handles no signals, the application handles them as node-schedule's README shows: `process.on('SIGINT', …)` stops, reports and exits. The times in the cells count from the second SIGINT.",
  async act(_candidate, id) {
    const child = spawn(process.execPath, ['--import', 'tsx', program, id], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
    let hasEnded = false
    child.on('exit', () => {
      hasEnded = true
    })
    await until(() => output.includes('ready'), 30_000)
    child.kill('SIGINT')
    await sleep(1_500)
    child.kill('SIGINT')
    const livedMs = await until(() => hasEnded, watchedMs)
    child.kill('SIGKILL')
    return {
      livedMs: livedMs === undefined ? null : Math.round(livedMs),
      wroteReport: output.includes('report written'),
    }
  },
  cell({ facts }) {
    if (facts === null) return 'the process exits'
    if (facts.livedMs === null) return `still runs after ${seconds(watchedMs)}`
    const report = facts.wroteReport ? 'the report is complete' : 'the report is cut off'
    return `ends after ${seconds(facts.livedMs)}, ${report}`
  },
}
