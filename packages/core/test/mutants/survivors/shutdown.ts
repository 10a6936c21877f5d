import type { Explanation } from './explanation.ts'

export const shutdown: readonly Explanation[] = [
  {
    file: 'shutdown/plan.ts',
    from: 'if (!needed || (classOf.get(name) ?? 0) >= own) continue',
    to: ['if (!needed || (classOf.get(name) ?? 0) > own) continue'],
    why: 'what is in the class already is put there once more: more steps, the same plan',
  },
  {
    file: 'shutdown/plan.ts',
    from: 'for (const { name } of tasks) classes[classOf.get(name) ?? 0]?.push(name)',
    to: ['for (const { name } of tasks) classes[classOf.get(name) ?? 0].push(name)'],
    why: 'there is a list for each class; the compiler does not know',
  },
  {
    file: 'shutdown/plan.ts',
    from: 'if (task.dependsOn.length === 0) return',
    to: ['if (false) return'],
    why: 'a shortcut: without it the same is found of tasks that depend on nothing, later',
  },
  {
    file: 'shutdown/plan.ts',
    from: 'const dependants = tasks.filter((task) => task.dependsOn.length > 0)',
    to: [
      'const dependants = tasks',
      'const dependants = tasks.filter((task) => true)',
      'const dependants = tasks.filter((task) => task.dependsOn.length >= 0)',
    ],
    why: 'a shortcut: without it the same is found of tasks that depend on nothing, later',
  },
  {
    file: 'shutdown/plan.ts',
    from: 'if (dependants.length === 0) return',
    to: ['if (false) return'],
    why: 'a shortcut: without it the same is found of tasks that depend on nothing, later',
  },
  {
    file: 'process/signals.ts',
    from: 'timer?.cancel()',
    to: ['timer.cancel()'],
    why: 'a promise calls what makes it at once, so the timer is there; the compiler does not know',
  },
]
