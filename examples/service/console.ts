import { createConsole, type Listening } from '@runwell/console'
import type { Supervisor } from '@runwell/core'

export interface OpenConsole {
  readonly lines: readonly string[]
  close(): Promise<void>
}

/** If `port` is not available, the console gets a free port, and one of the lines says so. */
export async function openConsole(supervisor: Supervisor, port: number): Promise<OpenConsole> {
  const ops = createConsole(supervisor, { title: 'Runwell demo' })
  let listening: Listening
  try {
    listening = await ops.listen({ port })
  } catch (error) {
    if (!isTaken(error)) throw error
    listening = await ops.listen({ port: 0 })
  }
  const isOther = port !== 0 && listening.port !== port
  const note = isOther ? `  (port ${port} is in use)` : ''
  return {
    lines: [
      `Console: ${listening.link}${note}`,
      `  Or in another terminal: RUNWELL_URL='${listening.link}' npm run -s runwell -- why chat.legacy`,
      '  Why is chat.legacy unhealthy? Open its row: the page names the cause, and lets you restart the task.',
      '  Timeline shows all runs: look for reports.archive, which hangs, and for times in which the event loop was blocked.',
    ],
    close: () => ops.close(),
  }
}

function isTaken(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'EADDRINUSE' || code === 'EACCES'
}
