import { setInterval } from '@runwell/adopt/timers'
import { config } from '../config.ts'
import { shop } from '../services/shop.ts'

function dropSessions(): void {
  for (const [id, endsAt] of shop.sessions) if (endsAt < Date.now()) shop.sessions.delete(id)
}

export function scheduleSessions(): void {
  setInterval(dropSessions, config.sessionPeriodMs)
}
