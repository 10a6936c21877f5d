/** `hand`: each process registers the same job schedulers of BullMQ, and works on the queue. */
export const cases = {
  hand: 'BullMQ by hand: job schedulers and workers',
  fleet: 'tasks of scope `service` in a fleet',
  idle: 'a fleet of 1,000 tasks that run once a day',
}
export type CaseId = keyof typeof cases
