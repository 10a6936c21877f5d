const unitMs = 1
const middle = 30_000
const absent = 65_530
const notANumber = 65_533
const minusInfinity = 65_534
const infinity = 65_535

export class Pen {
  readonly #codes = new Uint16Array(1_024)
  #length = 0
  #now = 0

  start(now: number): void {
    this.#length = 0
    this.#now = now
  }

  /** @param value - a whole number from 0 to 65,529, or `undefined` */
  write(value: number | undefined): void {
    this.#codes[this.#length] = value ?? absent
    this.#length += 1
  }

  flag(value: boolean): void {
    this.write(value ? 1 : 0)
  }

  /** Writes a time relative to now. A time that is more than `past` ms ago is written as `past` ms ago. */
  time(at: number | undefined, past = 29_000): void {
    this.write(at === undefined ? undefined : this.#code(at, past))
  }

  times(list: readonly number[]): void {
    this.write(list.length)
    for (const at of list) this.time(at)
  }

  #code(at: number, past: number): number {
    if (at === Number.POSITIVE_INFINITY) return infinity
    if (at === Number.NEGATIVE_INFINITY) return minusInfinity
    if (Number.isNaN(at)) return notANumber
    const units = Math.max(at - this.#now, -past) / unitMs
    if (!Number.isInteger(units) || Math.abs(units) > middle - 1)
      throw new Error(`this time does not fit into a key: ${at}`)
    return units + middle
  }

  end(): string {
    return String.fromCharCode.apply(undefined, this.#codes.subarray(0, this.#length) as unknown as number[])
  }
}

export class Reading {
  readonly #text: string
  readonly #now: number
  #at = 0

  constructor(text: string, now: number) {
    this.#text = text
    this.#now = now
  }

  read(): number {
    const code = this.#text.charCodeAt(this.#at)
    this.#at += 1
    return code
  }

  flag(): boolean {
    return this.read() === 1
  }

  maybe(): number | undefined {
    const code = this.read()
    return code === absent ? undefined : code
  }

  maybeTime(): number | undefined {
    const code = this.read()
    if (code === absent) return undefined
    if (code === infinity) return Number.POSITIVE_INFINITY
    if (code === minusInfinity) return Number.NEGATIVE_INFINITY
    return code === notANumber ? Number.NaN : this.#now + (code - middle) * unitMs
  }

  time(): number {
    return this.maybeTime() ?? Number.NaN
  }

  times(): number[] {
    const length = this.read()
    const list: number[] = []
    for (let n = 0; n < length; n += 1) list.push(this.time())
    return list
  }
}

export class Words<Word extends string> {
  readonly #words: readonly Word[]

  constructor(words: readonly Word[]) {
    this.#words = words
  }

  code(word: Word | undefined): number | undefined {
    return word === undefined ? undefined : this.#words.indexOf(word)
  }

  word(code: number | undefined): Word | undefined {
    return code === undefined ? undefined : this.#words[code]
  }
}
