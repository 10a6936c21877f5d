/**
 * `schedulers`: each process registers the same job schedulers of BullMQ, and works on the queue. `ids`: each process
 * adds each slot when it is due, under an id and with a key for deduplication, and works on the queue.
 */
export const cases = {
  schedulers: 'BullMQ alone: job schedulers',
  ids: 'BullMQ alone: each process adds each slot, with an id and deduplication',
  fleet: 'tasks of scope `service` in a fleet',
  idle: 'a fleet of 1,000 tasks that run once a day',
}
export type CaseId = keyof typeof cases
