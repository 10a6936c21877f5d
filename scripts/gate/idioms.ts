/** Finds phrases that readers of English as a second language have to read twice. Exits with 1 if it finds any. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Idiom {
  readonly pattern: RegExp
  readonly better: string
  /** Only files whose names end with this text are searched. With '.md', doc comments are not searched. */
  readonly only?: string
}

export const idioms: readonly Idiom[] = [
  {
    pattern: /\b(?:is|are|was|were|be|been|being) told\b(?! (?:apart|from)\b)/i,
    better: 'is reported, is logged, receives',
  },
  { pattern: /\bnobody\b/i, better: 'no one, or name who does not' },
  { pattern: /\bby hand\b/i, better: 'manually, or name who does it' },
  { pattern: /\bso many\b/i, better: 'that many, or the number' },
  { pattern: /\bone of (?:its|their|his) own\b/i, better: 'its own …, their own …' },
  {
    pattern: /(?<!\bthere )\b(?:is|are|was|were) no (?!longer\b|more\b|other\b|one\b|such\b)[a-z]+/i,
    better: 'is not a …, has no …',
  },
  {
    pattern: /(?:^|[.:;] )What (?:is|was|are|were|has|had|makes|comes|no)\b[^?:]*(?:\.|$)/,
    better: 'put the subject first',
    only: '.md',
  },
  { pattern: /, for (?:it|they|that|this|there|he|we|you)\b(?! example)/i, better: 'because …' },
  {
    pattern: /, who (?:waits|asks)\b|(?:^|[.:;,] )who (?:waits|asks|has|does)\b/i,
    better: 'the caller, the reader, …',
  },
  { pattern: /\bminds\b/i, better: 'judges, needs, checks' },
  { pattern: /\bdear(?:er)?\b/i, better: 'expensive, costs more' },
  { pattern: /\bnothing but\b/i, better: 'only' },
  {
    pattern: /\b(?:hence|whence|thereof|lest|whereof|thereby|therein)\b/i,
    better: 'so, therefore, of it, so that … not',
  },
  { pattern: /\bonce more\b/i, better: 'again' },
  { pattern: /\bmend(?:s|ed|ing)?\b/i, better: 'fix, repair' },
  { pattern: /\bin vain\b/i, better: 'without success' },
]

/** Each pair names a file and a text. A line of the file that contains the text is not reported. */
export const exceptions: readonly (readonly [file: string, part: string])[] = [
  // The benchmarks compare Runwell with code that is written by hand.
  ['docs/performance.md', 'y hand'],
  ['bench/per-run/ours.ts', 'by hand'],
  ['bench/growth/worker.ts', 'by hand'],
]

export interface Finding {
  readonly line: number
  readonly phrase: string
  readonly better: string
  readonly text: string
}

const comment = /^\s*(?:\/\*\*?|\*|\/\/)\s?(.*)$|(?<=\s)\/\/ (.*)$/
const testName = /\b(?:it|test|describe)(?:\.\w+)?\(\s*(['"`])((?:(?!\1).)+)\1/

function proseOf(path: string, text: string): readonly string[] {
  const lines = text.split('\n')
  if (!path.endsWith('.md')) {
    return lines.map((line) => {
      const found = comment.exec(line)
      const text = found?.[1] ?? found?.[2] ?? testName.exec(line)?.[2] ?? ''
      return text.replace(/`[^`]*`/g, '…')
    })
  }
  let inCode = false
  return lines.map((line) => {
    if (line.startsWith('```')) inCode = !inCode
    return inCode ? '' : line.replace(/`[^`]*`|"[^"]*"|\]\([^)]*\)/g, '…')
  })
}

export function findIdioms(path: string, text: string): readonly Finding[] {
  return proseOf(path, text).flatMap((prose, index) =>
    idioms.flatMap(({ pattern, better, only = '' }) => {
      const phrase = path.endsWith(only) ? pattern.exec(prose)?.[0] : undefined
      const allowed = exceptions.some(([file, part]) => path.endsWith(file) && prose.includes(part))
      return phrase === undefined || allowed ? [] : [{ line: index + 1, phrase, better, text: prose }]
    }),
  )
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const skipped =
  /(?:^|\/)(?:node_modules|dist|temp|coverage|docs\/api|docs\/site\/generated|\.[a-z]\w*|CHANGELOG\.md)(?:\/|$)/
const kept = /\.(?:md|ts|mts|cts)$/

function* filesIn(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    const name = relative(root, path)
    if (skipped.test(name) || name === 'scripts/gate/idioms.ts' || name === 'scripts/gate/idioms.test.ts')
      continue
    if (entry.isDirectory()) yield* filesIn(path)
    else if (kept.test(name)) yield name
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  let count = 0
  for (const file of filesIn(root)) {
    for (const { line, phrase, better, text } of findIdioms(file, readFileSync(join(root, file), 'utf8'))) {
      count++
      console.log(`${file}:${line}: "${phrase}" (better: ${better})\n    ${text.trim()}`)
    }
  }
  console.log(count === 0 ? 'no idioms found' : `${count} idioms found`)
  process.exitCode = count === 0 ? 0 : 1
}
