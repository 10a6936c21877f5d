import type { Supervisor } from '@runwell/core'
import type { Telemetry } from '../telemetry.ts'
import { changeObserver } from './changes.ts'
import { brief, clip, type Paint, paintFor } from './paint.ts'
import { panelLines } from './panel.ts'
import { Screen } from './screen.ts'
import { tableLines } from './table.ts'

/** The output while the demo runs. */
export interface Display {
  readonly paint: Paint
  /** The maximum length of a line. */
  readonly columns: number
  /** Prints a line that stays. */
  print(line: string): void
  /** Stops the output. */
  close(): void
}

/** What the display reads. */
export interface Shown {
  readonly supervisor: Supervisor
  readonly telemetry: Telemetry
  readonly title: string
}

const REDRAW_MS = 250
const RECENT = 5
/** The width for pipes, which have none: wide enough for the reasons. */
const PIPE_COLUMNS = 150

/** Shows a live table on a terminal, unless `--no-table` is given. Otherwise prints each change as one line. */
export function startDisplay(shown: Shown, stream: NodeJS.WriteStream, table: boolean): Display {
  const paint = paintFor(stream, process.env)
  return stream.isTTY && table ? live(shown, new Screen(stream), paint) : plain(shown, stream, paint)
}

function plain({ supervisor, title }: Shown, stream: NodeJS.WriteStream, paint: Paint): Display {
  const print = (line: string) => stream.write(`${line}\n`)
  print(title)
  const detach = supervisor.observe(changeObserver(print))
  return { paint, columns: stream.columns ?? PIPE_COLUMNS, print, close: detach }
}

function live({ supervisor, telemetry, title }: Shown, screen: Screen, paint: Paint): Display {
  const startedAt = performance.now()
  const recent: string[] = []
  const detach = supervisor.observe(
    changeObserver((line) => {
      recent.push(line)
      if (recent.length > RECENT) recent.shift()
    }),
  )
  const draw = () => {
    const { columns } = screen
    const report = supervisor.report()
    const age = brief(performance.now() - startedAt)
    const state = `${report.phase}, ${report.health}, ${report.ready.ok ? 'ready' : 'not ready'}`
    screen.draw([
      paint('bold', clip(`${title} · ${age} · ${state}`, columns)),
      '',
      ...tableLines(report.tasks, report.at, columns, paint),
      '',
      ...panelLines(telemetry, columns, paint),
      '',
      ...recent.map((line) => paint('dim', clip(line, columns))),
    ])
  }
  draw()
  const redraw = setInterval(draw, REDRAW_MS).unref()

  return {
    paint,
    get columns() {
      return screen.columns
    },
    print: (line) => {
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
