import { eventually } from './check.ts'
import { query } from './prometheus.ts'
import type { Stack } from './stack.ts'
import { jobs, nameOf, spellingOf, type Way } from './ways.ts'

export async function sameMetrics({ prometheus }: Stack): Promise<string> {
  for (const job of jobs) {
    for (const way of ['otlp', 'victoria'] as const) {
      await eventually(`metrics of ${job} in ${nameOf[way]}`, 60_000, async () => {
        const found = await query(
          prometheus[way],
          `max_over_time(runwell_supervisor_up{job="${job}"}[30m]) == 1`,
        )
        return found.length > 0 ? true : undefined
      })
    }
  }
  return `those of ${jobs.join(', ')} are in ${nameOf.otlp} and ${nameOf.victoria}`
}

export async function ownMetrics({ prometheus }: Stack, way: Way): Promise<string> {
  // Only names of metrics by OTLP contain the unit `seconds`.
  const seconds = spellingOf[way] === 'otlp' ? '_seconds' : ''
  const expressions = [
    'runwell_task_runs_total{runwell_task_name="orders.import",runwell_task_run_result="success"} > 2',
    'runwell_task_runs_total{runwell_task_name="orders.import",runwell_task_run_result="failure"} == 0',
    `runwell_task_run_duration${seconds}_count{runwell_task_name="orders.import"} > 2`,
    `histogram_quantile(0.95, rate(runwell_task_run_duration${seconds}_bucket[1m])) < 2`,
    `time() - runwell_task_last_success_timestamp${seconds}{runwell_task_name="orders.import"} < 30`,
    `runwell_task_schedule_interval${seconds}{runwell_task_name="orders.import"} == 1`,
    `runwell_task_schedule_lag${seconds}_count{runwell_task_name="orders.import"} > 2`,
    'runwell_task_units_total{runwell_task_name="mails.send",runwell_task_unit_result="success"} > 2',
    'runwell_task_restarts_total{runwell_task_name="stock.listen"} > 0',
    'runwell_task_info{runwell_task_owner="orders",runwell_task_priority="high"} == 1',
    'runwell_task_status{runwell_task_name="mails.send",runwell_task_state="running"} == 1',
    'runwell_task_health{runwell_task_name="orders.import",runwell_task_health_state="healthy"} == 1',
    'runwell_supervisor_up == 1',
    'runwell_supervisor_ready == 1',
    'runwell_build_info == 1',
    'increase(runwell_task_runs_total{runwell_task_run_result="success",runwell_task_name="orders.import"}[1m]) > 2',
  ]
  for (const expression of expressions) {
    await eventually(`data for ${expression}`, 60_000, async () =>
      (await query(prometheus[way], expression)).length > 0 ? true : undefined,
    )
  }
  return `${expressions.length} expressions give data`
}
