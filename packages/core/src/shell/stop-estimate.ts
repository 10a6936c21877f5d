import { type ClassEstimate, estimateStop } from '../kernel/estimate-stop.ts'
import { defaultClassGraceMs, flushMs, reserveMs } from '../shutdown/stop-options.ts'
import type { KernelLoop } from './kernel-loop.ts'
import { liveRunOf } from './live-run.ts'
import type { TaskRecord } from './task-record.ts'

export function stopEstimate({ kernel, clock }: KernelLoop, deadlineMs: number): readonly ClassEstimate[] {
  const mono = clock.monotonic()
  const times = { deadline: mono + deadlineMs, classGraceMs: defaultClassGraceMs, reserveMs, flushMs }
  return estimateStop(kernel, mono, times, ({ shell }, run) => {
    if (liveRunOf(run)?.hearsAbort) return Number.NEGATIVE_INFINITY
    const usualMs = (shell as TaskRecord).metrics.success.quantile(0.95)
    const endsAt = usualMs === undefined ? mono : run.startedAt + usualMs
    return endsAt > mono ? endsAt : Number.POSITIVE_INFINITY // `Infinity`: the usual duration is unknown or already exceeded
  })
}
