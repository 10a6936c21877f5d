import { describe, expect, it } from 'vitest'
import { Screen } from './screen.ts'

/** A terminal as far as a screen uses one: it moves up, clears and writes lines. */
class FakeTerminal {
  readonly columns = 80
  readonly rows: number
  readonly lines: string[] = ['$ npm start']
  #at = 1
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
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a terminal reads
    for (const [token] of text.matchAll(/\u001b\[\??\d*[A-Za-z]|[^\u001b\n]+|\n/g)) this.#take(token)
  }

  #take(token: string): void {
    const up = /\[(\d+)A/.exec(token)
    if (up) this.#at -= Number(up[1])
    else if (token.endsWith('[J')) this.lines.length = this.#at
    else if (token.endsWith('[2J')) this.lines.length = 0
    else if (token.endsWith('[H')) this.#at = 0
    else if (token.endsWith('25l')) this.isCursorHidden = true
    else if (token.endsWith('25h')) this.isCursorHidden = false
    else if (token === '\n') this.#at += 1
    else if (!token.endsWith('[K')) this.lines[this.#at] = token
  }
}

describe('Screen', () => {
  it('draws over what it drew before', () => {
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
    screen.print('told')
    screen.draw(['c', 'd'])

    expect(terminal.lines).toEqual(['$ npm start', 'told', 'c', 'd'])
  })

  it('leaves out what has no room, so that it can find its way back up', () => {
    const terminal = new FakeTerminal(4)
    const screen = new Screen(terminal)

    screen.draw(['a', 'b', 'c', 'd', 'e'])
    screen.draw(['f', 'g', 'h', 'i', 'j'])

    expect(terminal.lines).toEqual(['$ npm start', 'f', 'g', 'h'])
  })

  it('begins afresh when the terminal is resized', () => {
    const terminal = new FakeTerminal(24)
    const screen = new Screen(terminal)

    screen.draw(['a', 'b'])
    terminal.resize()
    screen.draw(['c'])

    expect(terminal.lines).toEqual(['c'])
  })

  it('gives the terminal back', () => {
    const terminal = new FakeTerminal(24)
    const screen = new Screen(terminal)

    screen.draw(['a'])
    screen.close()

    expect(terminal.lines).toEqual(['$ npm start'])
    expect(terminal.isCursorHidden).toBe(false)
  })
})
