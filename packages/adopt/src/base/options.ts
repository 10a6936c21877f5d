import type { TaskBehavior } from '@runwell/core'

/** What every adopter takes beside the name and the schedule, which it reads from the host library. */
export interface AdoptOptions
  extends Pick<
    TaskBehavior,
    'owner' | 'category' | 'priority' | 'on' | 'health' | 'history' | 'runbook' | 'slo' | 'trace' | 'scope'
  > {}
