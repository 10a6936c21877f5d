export type { RunLogFields } from './log-fields.ts'
export { runLogFields } from './log-fields.ts'
export type { ExceptionSignal, OtelObserverOptions } from './options.ts'
export { otelObserver } from './otel-observer.ts'
