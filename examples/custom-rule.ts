// How do I define when my task is unhealthy?
import type { TaskFacts } from '@runwell/core'
import { every, rules, Supervisor } from '@runwell/core'

let backlog = 0

/**
 * A rule is a function. Runwell passes it the facts about a task. The function must be fast. Its name is the name of
 * the rule.
 */
function backlogGrows({ runs }: TaskFacts) {
  if (runs === 0 || backlog <= 20) return undefined
  const status = backlog > 40 ? ('unhealthy' as const) : ('degraded' as const)
  const limit = status === 'unhealthy' ? 40 : 20
  return { status, value: backlog, limit, reason: `${backlog} mails are waiting, limit ${limit}` }
}

const supervisor = new Supervisor({
  observers: [
    {
      name: 'print',
      onEvent(event) {
        if (event.type === 'rule.opened') console.log('opened:', event.rule, '-', event.reason)
        if (event.type === 'rule.closed') console.log('closed:', event.rule, 'at', event.value)
        if (event.type === 'health.changed') console.log(`${event.task}: ${event.from} → ${event.to}`)
      },
    },
  ],
})

supervisor.register({
  name: 'mail.send',
  schedule: every('50ms', { immediate: true }),
  // Adds `backlogGrows` to the default rules. `errorRate` replaces the default rule with the same name.
  health: { add: [backlogGrows, rules.errorRate({ degraded: 0.05, unhealthy: 0.2 })] },
  run: () => {
    backlog = Math.max(0, backlog - 2)
  },
})

await supervisor.start()
backlog = 70
console.log(supervisor.explain('mail.send').rules.at(-2))
setTimeout(() => void supervisor.stop(), 2_500)
