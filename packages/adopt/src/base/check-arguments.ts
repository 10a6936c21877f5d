import type { Supervisor } from '@runwell/core'
import { check, takes } from '@runwell/core/adapter'

export const aSupervisor = takes<Supervisor>('a Supervisor', (value) => has(value, ['external', 'task']))

export function checkArguments(
  supervisor: unknown,
  name: string,
  value: unknown,
  expected: string,
  methods: readonly string[],
): void {
  check('supervisor', supervisor, aSupervisor)
  check(
    name,
    value,
    takes(expected, (given) => has(given, methods)),
  )
}

export function has(value: unknown, methods: readonly string[]): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  return methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function')
}
