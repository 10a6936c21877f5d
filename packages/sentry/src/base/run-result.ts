import type { Outcome } from '@runwell/core'

export const resultOf: { readonly [Key in Outcome]: string } = {
  succeeded: 'success',
  failed: 'failure',
  'timed-out': 'timeout',
  cancelled: 'cancellation',
  abandoned: 'abandoned',
}
