import { handleSignals, type ShutdownReport } from '@runwell/core'
import { startDisplay } from './display/display.ts'
import type { Options } from './options.ts'
import { openService, type Service } from './service.ts'
import { summaryLines } from './summary.ts'

export async function run(options: Options): Promise<number> {
  const service = await openService(options)
  const { supervisor, telemetry, api } = service
  const title = `Runwell demo · seed ${options.seed} · its own API: ${api.url}/tasks`
  const display = startDisplay(
    { supervisor, telemetry, title, console: service.console?.lines ?? [] },
    process.stdout,
    options.table,
  )
  // If the reader of the output closes the pipe, as `| head` does, the demo shuts down.
  let isRead = true
  process.stdout.on('error', () => {
    if (isRead) process.kill(process.pid, 'SIGTERM')
    isRead = false
  })
  const stopped = untilStopped(service, options, display.print)
  await service.start()
  const shutdown = await stopped

  await telemetry.shutdown()
  display.close()
  const report = supervisor.report()
  const lines = summaryLines({ shutdown, report, telemetry }, display.columns, display.paint)
  await written(`${lines.join('\n')}\n`)
  await service.close()
  return shutdown.exitCode
}

function untilStopped(
  { supervisor, stopOptions }: Service,
  { forMs }: Options,
  log: (line: string) => void,
): Promise<ShutdownReport> {
  return new Promise((resolve) => {
    const onReport = (report: ShutdownReport) => {
      resolve(report)
      // Never resolves, so that `run` can print the summary before the process exits.
      return new Promise(() => {})
    }
    handleSignals(supervisor, { ...stopOptions, log, onReport })
    if (forMs === undefined) return
    setTimeout(() => void supervisor.stop({ ...stopOptions, reason: '--for is over' }), forMs)
  })
}

/** Without this wait, the process would exit too early. */
function written(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()))
}
