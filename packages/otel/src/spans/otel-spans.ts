import type { NextRun, RunScope, SupervisorEvent, SupervisorView } from '@runwell/core'
import type { OtelObserverOptions } from '../options/observer-options.ts'
import { exceptionRecorder, exceptionSignal } from './exceptions.ts'
import { MonitorSpans } from './monitor-spans.ts'
import { type OnEnded, RunSpans } from './run-spans.ts'
import { SpanMaker } from './span-factory.ts'

/** All spans of one supervisor. */
export class OtelSpans {
  readonly #maker: SpanMaker
  readonly #runs: RunSpans
  readonly #monitor: MonitorSpans

  /** @param onEnded - told of the end of each run and unit, traced or not */
  constructor(options: OtelObserverOptions, onEnded: OnEnded) {
    const record = exceptionRecorder(options.exceptions ?? exceptionSignal(process.env))
    this.#maker = new SpanMaker(options)
    this.#runs = new RunSpans(this.#maker, record, options.untraced, onEnded)
    this.#monitor = new MonitorSpans(this.#maker, options.monitorSpans ?? 'changes')
  }

  belongTo(view: SupervisorView): void {
    this.#maker.belongTo(view)
  }

  around(scope: RunScope, next: NextRun): void {
    this.#monitor.runStarted(scope)
    this.#runs.around(scope, next)
  }

  onEvent(event: SupervisorEvent): void {
    switch (event.type) {
      case 'run.retried':
        this.#runs.retried(event)
        break
      case 'run.ready':
        this.#runs.loops.ready(event)
        break
      case 'restart.scheduled':
        this.#monitor.restartScheduled(event)
        break
      case 'health.changed':
        this.#maker.noteHealth(event.task, event.to)
        break
      case 'monitor.ticked':
        this.#runs.loops.tick(event.at)
        this.#monitor.ticked(event)
        break
      case 'task.unregistered':
        this.#maker.noteHealth(event.task, undefined)
        this.#monitor.forget(event.task)
        break
      case 'task.paused':
      case 'task.stopped':
        this.#monitor.forget(event.task)
    }
  }
}
