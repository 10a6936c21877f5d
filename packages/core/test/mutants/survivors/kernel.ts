import type { Explanation } from './explanation.ts'

export const kernel: readonly Explanation[] = [
  {
    file: 'kernel/after.ts',
    from: 'const isNewer = oldest !== undefined && queued?.slot !== undefined && queued.slot > oldest',
    to: ['const isNewer = true && queued?.slot !== undefined && queued.slot > oldest'],
    why: 'no number is greater than what is not there; the compiler does not know',
  },
  {
    file: 'kernel/after.ts',
    from: 'const isNewer = oldest !== undefined && queued?.slot !== undefined && queued.slot > oldest',
    to: ['const isNewer = oldest !== undefined && queued?.slot !== undefined && queued.slot >= oldest'],
    why: 'where one slot waits in both places, a run of that slot begins either way',
  },
  {
    file: 'kernel/step-state.ts',
    from: 'return { state, now, out: [], ended: [] }',
    to: [
      'return { state, now, out: ["Stryker was here"], ended: [] }',
      'return { state, now, out: [], ended: ["Stryker was here"] }',
    ],
    why: 'a step empties both lists before it writes into them',
  },
  {
    file: 'kernel/slots.ts',
    from: 'if (slot !== undefined && slot <= task.lastSlot) return',
    to: ['if (true && slot <= task.lastSlot) return'],
    why: 'what is not there is not less than a number; the compiler does not know',
  },
  {
    file: 'kernel/slots.ts',
    from: "if (typeof misfire !== 'object') return",
    to: ['if (false) return'],
    why: 'under another policy one slot runs and none waits, so there is none to refuse and none to begin',
  },
]
