/**
 * A fleet on BullMQ: several processes share the tasks of scope `service`, and one of them runs each slot.
 *
 * @packageDocumentation
 */
export { bullmqFleet } from './bullmq-fleet.ts'
export type { BullmqFleetOptions } from './options.ts'
