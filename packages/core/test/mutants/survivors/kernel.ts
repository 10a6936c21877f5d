import type { Explanation } from './explanation.ts'

export const kernel: readonly Explanation[] = [
  {
    file: 'kernel/after.ts',
    from: 'const isNewer = oldest !== undefined && queued?.slot !== undefined && queued.slot > oldest',
    to: ['const isNewer = true && queued?.slot !== undefined && queued.slot > oldest'],
    why: 'no number is greater than undefined; the check is for the compiler',
  },
  {
    file: 'kernel/after.ts',
    from: 'const isNewer = oldest !== undefined && queued?.slot !== undefined && queued.slot > oldest',
    to: ['const isNewer = oldest !== undefined && queued?.slot !== undefined && queued.slot >= oldest'],
    why: 'if the same slot waits in both places, it runs either way',
  },
  {
    file: 'kernel/step-state.ts',
    from: 'return { state, now, effects: [], ended: [] }',
    to: [
      'return { state, now, effects: ["Stryker was here"], ended: [] }',
      'return { state, now, effects: [], ended: ["Stryker was here"] }',
    ],
    why: 'a step clears both lists before it writes to them',
  },
  {
    file: 'kernel/slots.ts',
    from: 'if (slot !== undefined && slot <= task.lastSlot) return',
    to: ['if (true && slot <= task.lastSlot) return'],
    why: 'undefined is not less than a number; the check is for the compiler',
  },
  {
    file: 'kernel/slots.ts',
    from: "if (typeof misfire !== 'object') return",
    to: ['if (false) return'],
    why: 'with another policy one slot runs and none waits, so there is nothing to refuse or start',
  },
]
