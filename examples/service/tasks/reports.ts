import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { cron, every, type Supervisor } from '@runwell/core'
import { hangs } from '../faults.ts'
import type { Parts } from './parts.ts'
import { fetchItems } from './upstream-client.ts'

const pack = promisify<Buffer, Buffer>(gzip)

/** A hanging run takes this long. In production it might never end. */
const HANG_MS = 55_000
const PAGES = 8

export function registerReports(supervisor: Supervisor, { seed, upstream }: Parts) {
  const reports = supervisor.owner('reports')
  const isTimeToHang = hangs(seed)
  const startedAt = performance.now()

  reports.register({
    name: 'reports.daily',
    category: 'report',
    // In this demo, a day takes ten seconds.
    schedule: cron('*/10 * * * * *'),
    timeout: '5s',
    run: ({ signal }) => build(upstream, '/daily', signal),
  })

  // Once a minute, a run ignores its abort signal and is abandoned. The task is stuck until this run ends.
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
    /**
     * Builds a report after the request was answered. Runwell supervises and traces this work, and stops it at
     * shutdown.
     */
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
