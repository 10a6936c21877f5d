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
  let reason: string | undefined
  try {
    listening = await ops.listen({ port })
  } catch (error) {
    reason = whyRefused(error)
    if (reason === undefined) throw error
    listening = await ops.listen({ port: 0 })
  }
  const note = reason === undefined ? '' : `  (port ${port} ${reason})`
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

function whyRefused(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return 'is in use'
  return code === 'EACCES' ? 'is not allowed for this user' : undefined
}
