import { label } from '../../src/alerts/vocabulary.ts'

/**
 * Returns a Loki query for runs that died with their process. The query finds runs of the last day that have no record
 * of their end, and no record of their start or their progress in the last five minutes.
 *
 * @param services - a regular expression for service names
 * @param tasks - a regular expression for task names
 */
export function lostRunsQuery(services: string, tasks: string): string {
  const [task, run] = [label('taskName'), label('runId')]
  const count = (by: string, lines: string, window: string) =>
    `sum by (${by}) (count_over_time({service_name=~"${services}"} ${lines} | ${run} != "" | ${task} =~ "${tasks}" [${window}]))`
  const alive = '|~ ": run (started|has been active)"'
  return [
    count(`${task}, ${run}, service_instance_id`, alive, '1d'),
    `unless on (${run}) ${count(run, '|= ": run ended after"', '1d')}`,
    `unless on (${run}) ${count(run, alive, '5m')}`,
  ].join('\n')
}
