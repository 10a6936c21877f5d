import type { Explanation } from './explanation.ts'

export const shutdown: readonly Explanation[] = [
  {
    file: 'shutdown/plan.ts',
    from: 'if (!needed || (classOf.get(name) ?? 0) >= own) continue',
    to: ['if (!needed || (classOf.get(name) ?? 0) > own) continue'],
    why: 'a task already in the class is added again: more steps, the same plan',
  },
  {
    file: 'shutdown/plan.ts',
    from: 'for (const { name } of tasks) classes[classOf.get(name) ?? 0]?.push(name)',
    to: ['for (const { name } of tasks) classes[classOf.get(name) ?? 0].push(name)'],
    why: 'each class has a list; the check is for the compiler',
  },
  {
    file: 'shutdown/plan.ts',
    from: 'if (task.dependsOn.length === 0) return',
    to: ['if (false) return'],
    why: 'a shortcut: without it, tasks without dependencies give the same result later',
  },
]
