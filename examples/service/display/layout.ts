export interface Section {
  readonly lines: readonly string[]
  /** The section keeps this number of lines while other sections can be shortened. */
  readonly min: number
  readonly keep?: 'first' | 'last'
}

/**
 * Returns at most `rows` lines. If there are too many lines, these steps are done until they fit:
 * 1. Leave out the empty lines between sections.
 * 2. Shorten sections to their `min`.
 * 3. Shorten all sections further, the last section first.
 *
 * @param shortened - the sections in the order in which they are shortened to their `min`
 */
export function arrange(sections: readonly Section[], rows: number, shortened: readonly Section[]): string[] {
  const filled = sections.filter(({ lines }) => lines.length > 0)
  const spaced = filled.flatMap(({ lines }, index) => (index === 0 ? lines : ['', ...lines]))
  if (spaced.length <= rows) return spaced

  const left = new Map(filled.map((section) => [section, section.lines.length]))
  let excess = filled.reduce((sum, { lines }) => sum + lines.length, 0) - rows
  const shorten = (section: Section, min: number) => {
    const length = left.get(section) ?? 0
    const cut = Math.max(0, Math.min(excess, length - min))
    left.set(section, length - cut)
    excess -= cut
  }
  for (const section of shortened) shorten(section, section.min)
  for (const section of [...filled].reverse()) shorten(section, 0)
  return filled.flatMap((section) => {
    const { lines, keep } = section
    const length = left.get(section) ?? 0
    return keep === 'last' ? lines.slice(lines.length - length) : lines.slice(0, length)
  })
}
