const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
const CLEAR_BELOW = '\u001b[J'
const CLEAR_LINE_END = '\u001b[K'
const CLEAR_ALL = '\u001b[2J\u001b[H'

/** The part of a terminal stream that is used. */
export interface Terminal {
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
  on(event: 'resize', listener: () => void): unknown
  off(event: 'resize', listener: () => void): unknown
}

/** A block of lines at the bottom of a terminal that is redrawn in place. What is printed meanwhile goes above it. */
export class Screen {
  readonly #terminal: Terminal
  #drawn = 0
  readonly #onResize = () => {
    // Lines have been wrapped anew, so nobody knows where the block begins.
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

  /** Draws `lines` over those drawn before. What has no room on the screen is left out. */
  draw(lines: readonly string[]): void {
    const shown = lines.slice(0, Math.max(1, (this.#terminal.rows ?? 24) - 1))
    const body = shown.map((line) => `${line}${CLEAR_LINE_END}\n`).join('')
    this.#terminal.write(this.#toTop() + body + CLEAR_BELOW)
    this.#drawn = shown.length
  }

  /** Prints a line for good, above the block. The next `draw` brings the block back. */
  print(line: string): void {
    this.#terminal.write(`${this.#toTop()}${CLEAR_BELOW}${line}\n`)
    this.#drawn = 0
  }

  /** Takes the block away and gives the terminal back. */
  close(): void {
    this.#terminal.off('resize', this.#onResize)
    this.#terminal.write(`${this.#toTop()}${CLEAR_BELOW}${SHOW_CURSOR}`)
    this.#drawn = 0
  }

  #toTop(): string {
    return this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A`
  }
}
