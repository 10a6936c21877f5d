export type { EventRecorder } from './event-recorder.ts'
export { recordEvents } from './event-recorder.ts'
export type { VirtualClockOptions } from './virtual-clock.ts'
export { VirtualClock } from './virtual-clock.ts'
