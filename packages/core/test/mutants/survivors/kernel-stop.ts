import type { Explanation } from './explanation.ts'

export const kernelStop: readonly Explanation[] = [
  {
    file: 'kernel/stop.ts',
    from: 'classes: [],',
    to: ['classes: ["Stryker was here"],'],
    why: 'the classes are planned when the stop forbids new runs, and nothing reads them before',
  },
  {
    file: 'kernel/stop.ts',
    from: 'aborting: false,',
    to: ['aborting: true,'],
    why: 'it is set at the first class with active runs, and nothing reads it before',
  },
  {
    file: 'kernel/stop.ts',
    from: 'ending: [],',
    to: ['ending: ["Stryker was here"],'],
    why: 'it is set when the stop forbids new runs, and nothing reads it before',
  },
  {
    file: 'kernel/stop.ts',
    from: 'const scale = wishMs > leftMs ? leftMs / wishMs : 1',
    to: ['const scale = wishMs >= leftMs ? leftMs / wishMs : 1'],
    why: 'if both are equal, their quotient is 1',
  },
  {
    file: 'kernel/stop.ts',
    from: "const priority = priorities[shutdown.current] ?? 'critical'",
    to: ['const priority = priorities[shutdown.current] ?? ""'],
    why: 'each priority has a class; the check is for the compiler',
  },
  {
    file: 'kernel/state.ts',
    from: 'const found = runs[middle]?.id ?? id',
    to: ['const found = runs[middle].id ?? id'],
    why: 'the middle is between two existing indexes; the check is for the compiler',
  },
  {
    file: 'kernel/state.ts',
    from: 'if (found < id) low = middle + 1',
    to: ['if (found <= id) low = middle + 1'],
    why: 'if both are equal, the index was already returned',
  },
  {
    file: 'kernel/state.ts',
    from: 'if (index === runs.length - 1) runs.pop()',
    to: ['if (false) runs.pop()', 'if (index === runs.length + 1) runs.pop()'],
    why: 'the last one can be spliced like any other; `pop` avoids the list of removed elements',
  },
]
