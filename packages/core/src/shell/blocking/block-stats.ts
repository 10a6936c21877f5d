/** BlockStats against one task: how often, and for how long, the loop was held while it was active. */
export interface BlockStats {
  events: number
  lagMs: number
  busyMs: number
  /** `NaN` while it is idle: a field that is always a number is not boxed anew with each run. */
  busySince: number
  endedMono: number
  /** How often it became active. */
  spans: number
  /** When it first ran, and what the stalls of all were by then: those are no blockStats for or against it. */
  sinceMono: number
  sinceEvents: number
  sinceLagMs: number
}
