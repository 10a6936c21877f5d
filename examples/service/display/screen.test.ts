import { describe, expect, it } from 'vitest'
import { Screen } from './screen.ts'

class FakeTerminal {
  readonly columns = 80
  readonly rows: number
  readonly lines: string[] = ['$ npm start']
  #at = 1
  #column = 0
  isCursorHidden = false
  resize: () => void = () => {}

  constructor(rows: number) {
    this.rows = rows
  }

  on(_: 'resize', listener: () => void): void {
    this.resize = listener
  }

  off(): void {
    this.resize = () => {}
  }

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals use these control characters
    for (const [token] of text.matchAll(/\u001b\[\??\d*[A-Za-z]|[^\u001b\r\n]+|\r|\n/g)) this.#take(token)
  }

  type(text: string): void {
    this.write(text)
  }

  #take(token: string): void {
    const up = /\[(\d+)A/.exec(token)
    if (up) this.#at -= Number(up[1])
    else if (token.endsWith('[J')) this.#clearBelow()
    else if (token.endsWith('[2J')) this.lines.length = 0
    else if (token.endsWith('[H')) this.#at = 0
    else if (token.endsWith('25l')) this.isCursorHidden = true
    else if (token.endsWith('25h')) this.isCursorHidden = false
    else if (token === '\r') this.#column = 0
    else if (token === '\n') {
      this.#at += 1
      this.#column = 0
    } else if (!token.endsWith('[K')) {
      this.lines[this.#at] = this.#before() + token
      this.#column += token.length
    }
  }

  #clearBelow(): void {
    const before = this.#before()
    this.lines.length = this.#at
    if (before !== '') this.lines[this.#at] = before
  }

  #before(): string {
    return (this.lines[this.#at] ?? '').slice(0, this.#column)
  }
}

describe('Screen', () => {
  it('replaces what it drew before', () => {
    const terminal = new FakeTerminal(24)
    const screen = new Screen(terminal)

    screen.draw(['a', 'b', 'c'])
    screen.draw(['d', 'e'])

    expect(terminal.lines).toEqual(['$ npm start', 'd', 'e'])
    expect(terminal.isCursorHidden).toBe(true)
  })

  it('keeps printed lines above the block', () => {
    const terminal = new FakeTerminal(24)
    const screen = new Screen(terminal)

    screen.draw(['a', 'b'])
    screen.print('printed')
    screen.draw(['c', 'd'])

    expect(terminal.lines).toEqual(['$ npm start', 'printed', 'c', 'd'])
  })

  it('replaces what the terminal shows for Ctrl-C', () => {
    const terminal = new FakeTerminal(24)
    const screen = new Screen(terminal)

    screen.draw(['Runwell demo', 'b'])
    terminal.type('^C')
    screen.print('Stopping on SIGINT')
    terminal.type('^C')
    screen.draw(['Runwell demo', 'c'])
    terminal.type('^C')
    screen.draw(['Runwell demo', 'd'])

    expect(terminal.lines).toEqual(['$ npm start', 'Stopping on SIGINT', 'Runwell demo', 'd'])
  })

  it('omits lines that do not fit, so that it can move the cursor back up', () => {
    const terminal = new FakeTerminal(4)
    const screen = new Screen(terminal)

    screen.draw(['a', 'b', 'c', 'd', 'e'])
    screen.draw(['f', 'g', 'h', 'i', 'j'])

    expect(terminal.lines).toEqual(['$ npm start', 'f', 'g', 'h'])
  })

  it('starts again when the terminal is resized', () => {
    const terminal = new FakeTerminal(24)
    const screen = new Screen(terminal)

    screen.draw(['a', 'b'])
    terminal.resize()
    screen.draw(['c'])

    expect(terminal.lines).toEqual(['c'])
  })

  it('restores the terminal', () => {
    const terminal = new FakeTerminal(24)
    const screen = new Screen(terminal)

    screen.draw(['a'])
    screen.close()

    expect(terminal.lines).toEqual(['$ npm start'])
    expect(terminal.isCursorHidden).toBe(false)
  })
})
