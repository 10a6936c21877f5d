import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { cron, every, type Supervisor } from '@runwell/core'
import { hangs } from '../faults.ts'
import type { Parts } from './parts.ts'
import { fetchItems } from './upstream-client.ts'

const pack = promisify<Buffer, Buffer>(gzip)

/** How long a run that hangs goes on. In real life it is for ever. */
const HANG_MS = 55_000
const PAGES = 8

/** Owner `reports`: files that people wait for, and files that nobody reads. Returns how to start one on request. */
export function registerReports(supervisor: Supervisor, { seed, upstream }: Parts) {
  const reports = supervisor.owner('reports')
  const isTimeToHang = hangs(seed)
  const startedAt = performance.now()

  reports.register({
    name: 'reports.daily',
    category: 'report',
    // A day is short here: six fields, every tenth second.
    schedule: cron('*/10 * * * * *'),
    timeout: '5s',
    run: ({ signal }) => build(upstream, '/daily', signal),
  })

  // Once a minute a run hangs and ignores its signal. It is timed out, then abandoned; as JavaScript can't kill it,
  // the task is stuck until it ends by itself.
  reports.register({
    name: 'reports.archive',
    category: 'report',
    priority: 'low',
    schedule: every('1s'),
    timeout: '2s',
    abortGrace: '1s',
    run: ({ signal, beat }) => {
      beat('archiving')
      return isTimeToHang(performance.now() - startedAt) ? hang() : build(upstream, '/archive', signal)
    },
  })

  return {
    /** Builds a report beside the request that asked for it: supervised, traced, and stopped at shutdown. */
    request: () =>
      reports.spawn(
        'reports.build',
        async ({ signal, beat, sleep }) => {
          const bytes = await build(upstream, '/report', signal)
          for (let page = 1; page <= PAGES && !signal.aborted; page++) {
            beat(`page ${page} of ${PAGES}`)
            await sleep('150ms')
          }
          return bytes
        },
        { category: 'report', timeout: '4s' },
      ),
  }
}

async function build(upstream: string, path: string, signal: AbortSignal): Promise<number> {
  const items = await fetchItems(upstream, path, signal)
  const rows = items.flatMap(({ id, title }) =>
    Array.from({ length: 50 }, (_, row) => `${id},${row},${title}`),
  )
  return (await pack(Buffer.from(rows.join('\n')))).length
}

function hang(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, HANG_MS).unref())
}
