import type { Now } from '../base/now.ts'
import type { AbandonedRun } from '../shutdown/report.ts'
import type { LiveRun } from './live-run.ts'

interface Abandonment {
  readonly isDuringStop: boolean
  readonly endedMono: number | undefined
}

export class AbandonedRuns {
  /** A run that was abandoned during the stop stays in this map even after its end. */
  readonly #runs = new Map<LiveRun, Abandonment>()

  add(run: LiveRun, isDuringStop: boolean): void {
    this.#runs.set(run, { isDuringStop, endedMono: undefined })
  }

  onSettledLate(run: LiveRun, isStopping: boolean, now: Now): void {
    if (isStopping && this.#runs.get(run)?.isDuringStop)
      this.#runs.set(run, { isDuringStop: true, endedMono: now.mono })
    else this.#runs.delete(run)
  }

  /** The names of tasks with runs that were abandoned during the stop. Some of these runs may have ended since. */
  namesDuringStop(): readonly string[] {
    return [...this.#runs]
      .filter(([, { isDuringStop }]) => isDuringStop)
      .map(([{ record }]) => record.info.name)
  }

  report({ mono, awake }: Now): readonly AbandonedRun[] {
    return [...this.#runs].map(([run, { endedMono }]) => {
      const { name, owner, priority } = run.record.info
      const lastBeat = run.beats === 0 ? undefined : { agoMs: awake - run.beatAwake, note: run.beatNote }
      const ageMs = (endedMono ?? mono) - run.state.startedAt
      const endedLate = endedMono !== undefined
      return { task: name, owner, priority, runId: run.runId, ageMs, endedLate, lastBeat }
    })
  }
}
