export const cases = {
  schedulers: 'BullMQ alone: job schedulers',
  ids: 'BullMQ alone: each process adds each slot, with an id and deduplication',
  fleet: 'tasks of scope `service` in a fleet',
  idle: 'a fleet of 1,000 tasks that run once a day',
}
export type CaseId = keyof typeof cases
