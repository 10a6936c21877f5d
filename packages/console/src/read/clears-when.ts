/**
 * What must happen so that a reason of bad health ends. The keys are names of rules, and of reasons that do not come
 * from a rule, such as `flapping`.
 */
const closings: Readonly<Record<string, string>> = {
  'consecutive-failures': 'a run succeeds',
  'error-rate': 'the share of failed runs in the window is at most half of the limit for degraded',
  stale: 'a run succeeds',
  slow: 'the run ends',
  hung: 'the run ends, calls beat() or ends a unit',
  stuck: 'that run ends',
  late: 'a run is late by at most half of the limit',
  restarts: 'at most a quarter of the budget is used; for a parked loop: a trial stays up',
  'not-running': 'it is up again',
  fleet: 'the store can be reached',
  'blocks-loop': 'the longest block of the last minutes is at most half of the limit for degraded',
  'no-success': 'a run succeeds, or a loop stays up',
  flapping: 'its health has been stable for a while',
}

export function clearsWhen(rule: string): string | undefined {
  return Object.hasOwn(closings, rule) ? closings[rule] : undefined
}
