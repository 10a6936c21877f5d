import type { Outcome } from '@runwell/core'

/** How a run ended, as telemetry says it. */
export const resultOf: { readonly [Key in Outcome]: string } = {
  succeeded: 'success',
  failed: 'failure',
  'timed-out': 'timeout',
  cancelled: 'cancellation',
  abandoned: 'abandoned',
}
