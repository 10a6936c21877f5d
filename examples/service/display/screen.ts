const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
const CLEAR_BELOW = '\u001b[J'
const CLEAR_LINE_END = '\u001b[K'
const CLEAR_ALL = '\u001b[2J\u001b[H'

export interface Terminal {
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
  on(event: 'resize', listener: () => void): unknown
  off(event: 'resize', listener: () => void): unknown
}

/** Redraws a block of lines at the bottom of a terminal. Other lines are printed above it. */
export class Screen {
  readonly #terminal: Terminal
  #drawn = 0
  readonly #onResize = () => {
    // The terminal has wrapped the lines again, so the start of the block is unknown.
    this.#terminal.write(CLEAR_ALL)
    this.#drawn = 0
  }

  constructor(terminal: Terminal) {
    this.#terminal = terminal
    terminal.write(HIDE_CURSOR)
    terminal.on('resize', this.#onResize)
  }

  get columns(): number {
    return Math.max(48, this.#terminal.columns ?? 80)
  }

  /** The last row of the terminal is for the cursor. */
  get rows(): number {
    return Math.max(1, (this.#terminal.rows ?? 24) - 1)
  }

  /** Omits lines that do not fit on the screen. */
  draw(lines: readonly string[]): void {
    const shown = lines.slice(0, this.rows)
    const body = shown.map((line) => `${line}${CLEAR_LINE_END}\n`).join('')
    this.#terminal.write(this.#toTop() + body + CLEAR_BELOW)
    this.#drawn = shown.length
  }

  /** Prints a line above the block. The next `draw` draws the block again. */
  print(line: string): void {
    this.#terminal.write(`${this.#toTop()}${CLEAR_BELOW}${line}\n`)
    this.#drawn = 0
  }

  close(): void {
    this.#terminal.off('resize', this.#onResize)
    this.#terminal.write(`${this.#toTop()}${CLEAR_BELOW}${SHOW_CURSOR}`)
    this.#drawn = 0
  }

  /** After Ctrl-C, the terminal has written `^C` into the line of the cursor, so `\r` comes first. */
  #toTop(): string {
    return this.#drawn === 0 ? '\r' : `\r\u001b[${this.#drawn}A`
  }
}
