import type { Explanation } from './explanation.ts'

/** Of the files that end things: `stop.ts`, `leave.ts`, `disarm.ts` and `state.ts`. */
export const kernelStop: readonly Explanation[] = [
  {
    file: 'kernel/stop.ts',
    from: 'classes: [],',
    to: ['classes: ["Stryker was here"],'],
    why: 'quiet plans the classes, and before it nobody reads them',
  },
  {
    file: 'kernel/stop.ts',
    from: 'aborting: false,',
    to: ['aborting: true,'],
    why: 'the first class that has runs to end sets it, and before that nobody reads it',
  },
  {
    file: 'kernel/stop.ts',
    from: 'ending: [],',
    to: ['ending: ["Stryker was here"],'],
    why: 'quiet sets it with the first class, and before that nobody reads it',
  },
  {
    file: 'kernel/stop.ts',
    from: 'const scale = wishMs > leftMs ? leftMs / wishMs : 1',
    to: ['const scale = wishMs >= leftMs ? leftMs / wishMs : 1'],
    why: 'where they are the same, the share is 1',
  },
  {
    file: 'kernel/stop.ts',
    from: "const priority = priorities[shutdown.current] ?? 'critical'",
    to: ['const priority = priorities[shutdown.current] ?? ""'],
    why: 'there is a class for each priority; the compiler does not know',
  },
  {
    file: 'kernel/state.ts',
    from: 'const found = runs[middle]?.id ?? id',
    to: ['const found = runs[middle].id ?? id'],
    why: 'the middle lies between two places that are there; the compiler does not know',
  },
  {
    file: 'kernel/state.ts',
    from: 'if (found < id) low = middle + 1',
    to: ['if (found <= id) low = middle + 1'],
    why: 'where they are the same, the place has been returned',
  },
  {
    file: 'kernel/state.ts',
    from: 'if (place === runs.length - 1) runs.pop()',
    to: ['if (false) runs.pop()', 'if (place === runs.length + 1) runs.pop()'],
    why: 'the last one is spliced out like any other; `pop` spares the list of what was taken',
  },
]
