import { appendFileSync } from 'node:fs'
import type { Observer } from '@runwell/core'
import type { Told } from './nemesis/told.ts'

/** Writes synchronously, so that no line is lost if the process is killed. */
export function teller(log: string): (told: Told) => void {
  const tell = (told: Told): void => appendFileSync(log, `${JSON.stringify(told)}\n`)
  process.on('unhandledRejection', (error) => tell({ what: 'fault', text: `unhandled rejection: ${error}` }))
  process.on('uncaughtException', (error) => {
    tell({ what: 'fault', text: `uncaught exception: ${error.stack}` })
    process.exit(1)
  })
  process.on('warning', ({ name, message }) => tell({ what: 'fault', text: `warning: ${name}: ${message}` }))
  return tell
}

export function slotObserver(tell: (told: Told) => void): Observer {
  return {
    name: 'slots',
    onEvent(event) {
      if (event.type === 'run.missed') {
        const { task, from, to, count } = event
        tell({ what: 'missed', task, from, to, count })
      } else if (event.type === 'run.skipped' && event.scheduledAt !== undefined) {
        tell({ what: 'skipped', task: event.task, slot: event.scheduledAt, reason: event.reason })
      }
    },
  }
}

export function isLeaseLost({ aborted, reason }: AbortSignal): boolean {
  return aborted && `${(reason as { cause?: unknown }).cause}${reason}`.includes('lease')
}
