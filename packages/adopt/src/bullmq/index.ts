export type { AdoptOptions } from '../base/options.ts'
export { type AdoptWorkerOptions, adoptWorker } from './adopt-worker.ts'
export type { QueueLike, WorkerLike, WorkerOptionsLike } from './worker-like.ts'
