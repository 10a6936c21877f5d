import { onTestFinished, vi } from 'vitest'
import type { SupervisorOptions, TaskOptions } from '../src/index.ts'
import { Supervisor } from '../src/index.ts'
import type { VirtualClockOptions } from '../src/testing/index.ts'
import { recordEvents, VirtualClock } from '../src/testing/index.ts'

export function setUp(
  options: SupervisorOptions & Pick<VirtualClockOptions, 'settle'> & { readonly startAt?: string } = {},
) {
  const { startAt, settle, ...rest } = options
  const clock = new VirtualClock({ startAt, settle })
  const recorder = recordEvents()
  const supervisor = new Supervisor({ clock, observers: [recorder], seed: 1, env: {}, ...rest })
  return { clock, recorder, supervisor }
}

export function deferred() {
  let resolve: () => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}

export const ignoring = (): Promise<never> => new Promise(() => {})

export const untilAborted: TaskOptions['run'] = async ({ sleep }) => sleep('300d')

export function consoleLines(): string[] {
  const lines: string[] = []
  const spy = vi.spyOn(console, 'error').mockImplementation((line: unknown) => void lines.push(String(line)))
  onTestFinished(() => spy.mockRestore())
  return lines
}
