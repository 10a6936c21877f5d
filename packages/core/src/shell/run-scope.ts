import type { Now } from '../base/now.ts'
import type { Annotations } from '../events/base-event.ts'
import { unnumbered } from '../events/base-event.ts'
import type { RunEvent } from '../events/events.ts'
import type { RunScope } from '../observe/observer.ts'
import { limitTexts } from './annotation-texts.ts'
import type { LiveRun } from './live-run.ts'

export function runPart(
  run: LiveRun,
  now: Now,
): Omit<RunEvent, 'type'> & { readonly seq: number; readonly at: number } {
  const { record, state, runId, scheduledAt, annotations } = run
  return {
    seq: unnumbered,
    at: now.wall,
    task: record.info.name,
    info: record.info,
    runId,
    trigger: state.trigger,
    attempt: state.attempt,
    scheduledAt,
    annotations,
  }
}

export interface UnitPart {
  readonly name: string
  readonly startedAt: number
  /** The texts that observers have added to this unit. */
  texts: Annotations | undefined
}

export function unitPartOf(run: LiveRun, unit: UnitPart, now: Now): ReturnType<typeof runPart> {
  const part = runPart(run, now)
  return unit.texts === undefined ? part : { ...part, annotations: { ...run.annotations, ...unit.texts } }
}

export function scopeOf(run: LiveRun, unit: UnitPart | undefined): RunScope {
  const { record, state } = run
  return {
    task: record.info,
    runId: run.runId,
    trigger: state.trigger,
    attempt: state.attempt,
    retries: unit ? 0 : (record.state.config.retry?.times ?? 0),
    scheduledAt: run.scheduledAt,
    startedAt: unit?.startedAt ?? run.startedAt,
    latenessMs: run.latenessMs,
    generation: state.generation,
    unit: unit?.name,
    previous: record.history?.last,
    parent: unit && run.annotations,
    takesOver: unit ? undefined : run.request?.fleet?.earlier.at(-1),
    annotate: (annotations) => {
      if (!unit) run.addTexts(annotations, 'observer')
      else unit.texts = limitTexts({ ...unit.texts, ...annotations })
    },
  }
}
