import type { KernelEvent } from '../../../src/kernel/event.ts'
import type { Occurrence } from '../occurrence.ts'
import { must } from '../violation.ts'
import type { World } from '../world.ts'
import { indexOf, recordOf } from '../world.ts'

const controls: ReadonlySet<string> = new Set([
  'trigger',
  'pause',
  'resume',
  'restart',
  'reschedule',
  'abort',
  'unregister',
])
const caller = { by: 'somebody', reason: undefined }

export function signIn(world: World, event: KernelEvent): KernelEvent {
  if (!('task' in event) || !controls.has(event.type)) return event
  const spec = world.configuration.tasks[indexOf(world, event.task)]
  return spec?.calls.includes('pause-until') ? ({ ...event, asked: caller } as KernelEvent) : event
}

const signs = { pause: 'paused', resume: 'resumed', restart: 'restart-accepted', abort: 'abort' } as const

export function checkControl({ world, event, effects, phaseBefore, pausedUntilBefore }: Occurrence): void {
  for (const effect of effects) {
    if (effect.do !== 'resumed' || effect.cause !== 'until') continue
    const until = pausedUntilBefore[indexOf(world, effect.task.name)] ?? Number.POSITIVE_INFINITY
    must(until <= world.now, 'pauses end on time', `${effect.task.name} was resumed too early`)
  }
  if (event.type === 'due' && event.run === 0 && phaseBefore !== 'stopped') {
    const index = indexOf(world, event.task)
    const until = pausedUntilBefore[index] ?? Number.POSITIVE_INFINITY
    const isOver = until > world.now || recordOf(world, index)?.paused !== true
    must(isOver, 'pauses end on time', `${event.task} is still paused when its timer has fired`)
  }
  const reports = effects.filter((effect) => effect.do === 'controlled')
  const isSigned = 'asked' in event && event.asked !== undefined
  if (!isSigned)
    return must(reports.length === 0, 'controls', 'a control was reported that no caller has signed')
  const isKnown = pausedUntilBefore[indexOf(world, event.task)] !== undefined
  if (!isKnown || phaseBefore === 'stopped') return
  const [report] = reports
  must(
    reports.length === 1 && effects[0] === report,
    'controls',
    `${event.type} was reported ${reports.length} times`,
  )
  const sign = event.type in signs ? signs[event.type as keyof typeof signs] : undefined
  if (report === undefined || sign === undefined) return
  const isDone = effects.some((effect) => effect.do === sign)
  must((report.result === 'done') === isDone, 'controls', `${event.type} was reported as ${report.result}`)
}

export function checkPauses(world: World): void {
  for (const [index, { alarm }] of world.tasks.entries()) {
    const record = recordOf(world, index)
    if (!record || record.pausedUntil === Number.POSITIVE_INFINITY) continue
    must(record.paused, 'pauses end on time', `${record.name} is not paused, but will be resumed`)
    must(
      alarm <= Math.max(record.pausedUntil, world.now),
      'pauses end on time',
      `${record.name} has no timer`,
    )
  }
}
