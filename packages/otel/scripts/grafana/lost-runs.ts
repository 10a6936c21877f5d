import { label } from '../../src/alerts/vocabulary.ts'

/**
 * Returns a query for Loki: the runs that died with their process. They have a start and no end, and no log record for
 * five minutes, although an active run reports its progress once a minute.
 *
 * @param services - a matcher of service names
 * @param tasks - a matcher of task names
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
