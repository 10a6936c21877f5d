import { readFileSync } from 'node:fs'
import type { Result } from './benchmark.ts'

/** Reads a result file. `Data` is the data type of the benchmark that has written it. */
export function readResult<Data>(file: string): Result<Data> {
  return JSON.parse(readFileSync(file, 'utf8')) as Result<Data>
}
