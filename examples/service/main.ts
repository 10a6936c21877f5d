import { handleSignals, type ShutdownReport } from '@runwell/core'
import { startDisplay } from './display/display.ts'
import { type Options, parseOptions, UsageError, usage } from './options.ts'
import { openService, type Service } from './service.ts'
import { summaryLines } from './summary.ts'

/** Runs the demo to its end and answers its exit code. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args)
  if (options === 'help') {
    console.log(usage)
    return 0
  }
  const service = await openService(options)
  const title = `Runwell demo · seed ${options.seed} · ${service.api.url}`
  const display = startDisplay({ ...service, title }, process.stdout, options.table)
  const stopped = untilStopped(service, options, display.print)
  await service.start()
  const shutdown = await stopped

  await service.telemetry.shutdown()
  display.close()
  const report = service.supervisor.report()
  const lines = summaryLines(
    { shutdown, report, telemetry: service.telemetry },
    display.columns,
    display.paint,
  )
  await written(`${lines.join('\n')}\n`)
  await service.close()
  return shutdown.exitCode
}

/** Resolves once the supervisor has stopped: by a signal, or when the time of `--for` is over. */
function untilStopped(
  { supervisor, stopOptions }: Service,
  { forMs }: Options,
  log: (line: string) => void,
): Promise<ShutdownReport> {
  return new Promise((resolve) => {
    handleSignals(supervisor, { ...stopOptions, log, onReport: resolve })
    if (forMs === undefined) return
    setTimeout(() => void supervisor.stop({ ...stopOptions, reason: '--for is over' }).then(resolve), forMs)
  })
}

/** Writes to stdout and waits until a pipe has taken it: what follows ends the process. */
function written(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()))
}

try {
  process.exit(await main(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(error.message)
  process.exit(2)
}
