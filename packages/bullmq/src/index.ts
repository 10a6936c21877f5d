/**
 * A fleet on BullMQ: the tasks of scope `service` run in one process of many.
 *
 * @packageDocumentation
 */
export { bullmqFleet } from './bullmq-fleet.ts'
export type { BullmqFleetOptions } from './options.ts'
