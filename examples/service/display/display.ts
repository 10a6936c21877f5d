import type { Supervisor } from '@runwell/core'
import type { Telemetry } from '../telemetry.ts'
import { changeObserver } from './changes.ts'
import { arrange, type Section } from './layout.ts'
import { brief, clip, type Paint, paintFor } from './paint.ts'
import { type Panel, panelOf } from './panel.ts'
import { Screen } from './screen.ts'
import { tableLines } from './table.ts'

export interface Display {
  readonly paint: Paint
  readonly columns: number
  print(line: string): void
  close(): void
}

export interface Shown {
  readonly supervisor: Supervisor
  readonly telemetry: Telemetry
  readonly title: string
  readonly console: readonly string[]
}

/** `npm start` reports exit code 1 as an error, so this text announces it at the start. */
const HINT = 'Ctrl-C stops it. Exit code 1 is expected: reports.archive hangs on purpose.'
const REDRAW_MS = 250
const RECENT = 5
/** A pipe has no width. The reasons in the health column fit into this width. */
const PIPE_COLUMNS = 150

export function startDisplay(shown: Shown, stream: NodeJS.WriteStream, table: boolean): Display {
  const paint = paintFor(stream, process.env)
  return stream.isTTY && table ? live(shown, new Screen(stream), paint) : plain(shown, stream, paint)
}

function plain({ supervisor, title, console }: Shown, stream: NodeJS.WriteStream, paint: Paint): Display {
  const print = (line: string) => stream.write(`${line}\n`)
  for (const line of console) print(line)
  print(title)
  print(HINT)
  const detach = supervisor.observe(changeObserver(print))
  return { paint, columns: stream.columns ?? PIPE_COLUMNS, print, close: detach }
}

function live(
  { supervisor, telemetry, title, console: [link, command, ...look] }: Shown,
  screen: Screen,
  paint: Paint,
): Display {
  const startedAt = performance.now()
  const recent: string[] = []
  const note = (line: string) => {
    recent.push(line)
    if (recent.length > RECENT) recent.shift()
  }
  const detach = supervisor.observe(changeObserver(note))
  // The block does not show an address that is too long, and never shows the command. So both are printed above it.
  for (const line of [link, command]) if (line !== undefined) screen.print(line)
  const draw = () => {
    const { columns } = screen
    const report = supervisor.report()
    const age = brief(performance.now() - startedAt)
    const state = `${report.phase}, ${report.health}, ${report.ready.ok ? 'ready' : 'not ready'}`
    const head = [
      ...(link === undefined || link.length > columns ? [] : [link]),
      paint('bold', clip(`${title} · ${age} · ${state}`, columns)),
      paint('dim', clip(HINT, columns)),
    ]
    const tasks = tableLines(report.tasks, report.at, columns, paint)
    const hints = look.map((line) => paint('dim', clip(line, columns)))
    const log = recent.map((line) => paint('dim', clip(line, columns)))
    screen.draw(
      blockLines({ head, look: hints, tasks, log, ...panelOf(telemetry, columns, paint) }, screen.rows),
    )
  }
  draw()
  const redraw = setInterval(draw, REDRAW_MS).unref()

  return {
    paint,
    get columns() {
      return screen.columns
    },
    print: (line) => {
      // On a small terminal, the block pushes the printed line off the screen. So the block also shows this line.
      note(line)
      screen.print(line)
      draw()
    },
    close: () => {
      clearInterval(redraw)
      detach()
      screen.close()
    },
  }
}

export interface Block extends Panel {
  readonly head: string[]
  readonly look: string[]
  readonly tasks: string[]
  readonly log: string[]
}

export function blockLines(block: Block, rows: number): string[] {
  const head: Section = { lines: block.head, min: 2 }
  const look: Section = { lines: block.look, min: 0 }
  const tasks: Section = { lines: block.tasks, min: 8 }
  const numbers: Section = { lines: block.numbers, min: 0 }
  const trace: Section = { lines: block.trace, min: 3 }
  const issues: Section = { lines: block.issues, min: 3 }
  const log: Section = { lines: block.log, min: 3, keep: 'last' }
  const shortened = [look, numbers, issues, trace, log, tasks, head]
  return arrange([head, look, tasks, numbers, trace, issues, log], rows, shortened)
}
