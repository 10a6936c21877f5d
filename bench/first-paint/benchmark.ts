import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Benchmark } from '../benchmark.ts'
import { figure, table } from '../markdown.ts'
import { type Spread, spread } from '../rounds.ts'

const program = fileURLToPath(new URL('../../packages/console/test/browser/print-paint.ts', import.meta.url))
const fields = ['firstByteMs', 'paintedMs', 'tasksMs'] as const
type Field = (typeof fields)[number]
type Times = Record<Field, Spread>
/** `tasksMs` is null for the page without tasks, because JSON has no NaN. */
type Paint = Record<Field, number | null>

export interface FirstPaintData {
  readonly loads: number
  readonly console: Times
  readonly empty: Times
}

/** Runs only if its name is given. It needs Chromium, and a machine that does nothing else. */
export const benchmark: Benchmark<FirstPaintData> = {
  id: 'first-paint',
  seconds: 60,
  title: 'The first paint of the console',
  packages: [],

  async run({ turn }) {
    const { console, empty } = await turn(async () => {
      const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program])
      return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<
        'console' | 'empty',
        readonly Paint[]
      >
    })
    return { loads: console.length, console: timesOf(console), empty: timesOf(empty) }
  },

  page({ loads, console, empty }) {
    const row = (name: string, { firstByteMs, paintedMs, tasksMs }: Times): string[] => [
      name,
      range(firstByteMs),
      range(paintedMs),
      tasksMs.median > 0 ? range(tasksMs) : '–',
    ]
    return [
      `Headless Chromium loads each page ${loads} times, with an empty cache and over loopback. The times begin when the browser opens the address, and are wall time. The row *an empty page* shows the time that the browser and the machine need anyway.`,
      table(
        ['page', 'first byte, ms', 'first paint, ms', 'tasks shown, ms'],
        [row('the console of the demo', console), row('an empty page', empty)],
      ),
    ].join('\n\n')
  },

  plots: () => [],
}

function timesOf(paints: readonly Paint[]): Times {
  return Object.fromEntries(
    fields.map((field) => [field, spread(paints.map((paint) => paint[field] ?? 0))]),
  ) as Times
}

function range({ median, min, max }: Spread): string {
  return `${figure(median)} (${figure(min)}–${figure(max)})`
}
