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

export class Screen {
  readonly #terminal: Terminal
  #drawn = 0
  readonly #onResize = () => {
    // The terminal has wrapped the lines in a new way, so the first line of the block is unknown.
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

  get rows(): number {
    return Math.max(1, (this.#terminal.rows ?? 24) - 1)
  }

  draw(lines: readonly string[]): void {
    const shown = lines.slice(0, this.rows)
    const body = shown.map((line) => `${line}${CLEAR_LINE_END}\n`).join('')
    this.#terminal.write(this.#toTop() + body + CLEAR_BELOW)
    this.#drawn = shown.length
  }

  /** Prints a line above the block. The block is visible again after the next `draw`. */
  print(line: string): void {
    this.#terminal.write(`${this.#toTop()}${CLEAR_BELOW}${line}\n`)
    this.#drawn = 0
  }

  close(): void {
    this.#terminal.off('resize', this.#onResize)
    this.#terminal.write(`${this.#toTop()}${CLEAR_BELOW}${SHOW_CURSOR}`)
    this.#drawn = 0
  }

  /** Ctrl-C writes `^C` at the cursor, so `\r` moves the cursor back to the start of the line. */
  #toTop(): string {
    return this.#drawn === 0 ? '\r' : `\r\u001b[${this.#drawn}A`
  }
}
