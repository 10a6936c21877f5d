import type { Outcome } from '@runwell/core'

/** The value of the attribute `runwell.task.run.result` for each outcome. */
export const resultOf: { readonly [Key in Outcome]: string } = {
  succeeded: 'success',
  failed: 'failure',
  'timed-out': 'timeout',
  cancelled: 'cancellation',
  abandoned: 'abandoned',
}
