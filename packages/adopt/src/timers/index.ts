export type { AdoptEach, AdoptedJob, AdoptOptions } from '../base/options.ts'
export { adoptTimers, clearInterval, setInterval } from './adopt-timers.ts'
