import { periodMs, type Told, versioned } from './told.ts'

export interface Account {
  readonly slots: number
  readonly ran: number
  /** Slots that ran as attempt 2 or higher. */
  readonly takenOver: number
  readonly skipped: number
  readonly missed: number
  /** Slots that ran, but were also reported as skipped or missed. */
  readonly ranAndTold: number
  readonly twice: number
  /** Slots that did not run and were not reported. */
  readonly lost: number
  readonly leasesLost: number
  readonly faults: readonly string[]
  readonly examples: readonly string[]
}

/**
 * `twice`, `leasesLost` and `faults` count the whole log. The other numbers count only slots from `from` until before
 * `to`.
 */
export function account(told: readonly Told[], tasks: readonly string[], from: number, to: number): Account {
  const starts = new Map<string, Map<number, number>>()
  const reported = new Map<string, string>()
  const faults: string[] = []
  let leasesLost = 0
  for (const line of told) {
    if (line.what === 'started') {
      const attempts = starts.get(keyOf(line.task, line.slot)) ?? new Map<number, number>()
      attempts.set(line.attempt, (attempts.get(line.attempt) ?? 0) + 1)
      starts.set(keyOf(line.task, line.slot), attempts)
    } else if (line.what === 'skipped') reported.set(keyOf(line.task, line.slot), 'skipped')
    else if (line.what === 'missed') {
      for (let slot = line.to, left = line.count; left > 0 && slot >= line.from; left -= 1, slot -= periodMs)
        reported.set(keyOf(line.task, slot), 'missed')
    } else if (line.what === 'ended' && line.isLost) leasesLost += 1
    else if (line.what === 'fault') faults.push(line.text)
  }

  const counts = { slots: 0, ran: 0, takenOver: 0, skipped: 0, missed: 0, ranAndTold: 0, twice: 0, lost: 0 }
  const examples: string[] = []
  for (const [key, attempts] of starts) {
    const again = [...attempts.values()].filter((count) => count > 1).length
    counts.twice += again
    if (again > 0) examples.push(`twice: ${key} attempts ${JSON.stringify([...attempts])}`)
  }
  for (const task of tasks) {
    if (task === versioned) continue
    for (let slot = from; slot < to; slot += periodMs) {
      const key = keyOf(task, slot)
      const [attempts, word] = [starts.get(key), reported.get(key)]
      counts.slots += 1
      if (attempts) {
        counts.ran += 1
        if (Math.max(...attempts.keys()) > 1) counts.takenOver += 1
        if (word) {
          counts.ranAndTold += 1
          examples.push(`ran and ${word}: ${key}`)
        }
      } else if (word === 'skipped') counts.skipped += 1
      else if (word === 'missed') counts.missed += 1
      else {
        counts.lost += 1
        examples.push(`lost: ${key}`)
      }
    }
  }
  return { ...counts, leasesLost, faults, examples: examples.slice(0, 20) }
}

function keyOf(task: string, slot: number): string {
  return `${task} ${new Date(slot).toISOString()}`
}
