import type { Span } from '@opentelemetry/api'
import type { NextRun, RunScope, SupervisorEvent, SupervisorView } from '@runwell/core'
import type { OtelObserverOptions } from '../options/observer-options.ts'
import { exceptionRecorder, exceptionSignal } from './exceptions.ts'
import { MonitorSpans } from './monitor-spans.ts'
import { type OnEnded, RunSpans } from './run-spans.ts'
import type { RunTexts } from './run-texts.ts'
import { SpanFactory } from './span-factory.ts'

export class OtelSpans {
  readonly #factory: SpanFactory
  readonly #runs: RunSpans
  readonly #monitor: MonitorSpans

  constructor(options: OtelObserverOptions, texts: RunTexts, onEnded: OnEnded) {
    const record = exceptionRecorder(options.exceptions ?? exceptionSignal(process.env))
    this.#factory = new SpanFactory(options)
    this.#runs = new RunSpans(this.#factory, record, options.untraced, texts, onEnded)
    this.#monitor = new MonitorSpans(this.#factory, options.monitorSpans ?? 'changes')
  }

  setSupervisor(view: SupervisorView): void {
    this.#factory.setSupervisor(view)
  }

  around(scope: RunScope, next: NextRun, caller: Span | undefined): void {
    this.#monitor.runStarted(scope)
    this.#runs.around(scope, next, caller)
  }

  onEvent(event: SupervisorEvent): void {
    switch (event.type) {
      case 'run.retried':
        this.#runs.retried(event)
        break
      case 'run.ready':
        this.#runs.loops.ready(event)
        break
      case 'control.performed':
        this.#monitor.controlPerformed(event)
        break
      case 'restart.scheduled':
        this.#monitor.restartScheduled(event)
        break
      case 'health.changed':
        this.#factory.setHealth(event.task, event.to)
        break
      case 'monitor.ticked':
        this.#runs.loops.tick(event.at)
        this.#monitor.ticked(event)
        break
      case 'task.unregistered':
        this.#factory.setHealth(event.task, undefined)
        this.#monitor.forget(event.task)
        break
      case 'task.paused':
      case 'task.stopped':
        this.#monitor.forget(event.task)
    }
  }
}
