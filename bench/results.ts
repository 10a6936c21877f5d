import { readFileSync } from 'node:fs'
import type { Result } from './benchmark.ts'

export function readResult<Data>(file: string): Result<Data> {
  return JSON.parse(readFileSync(file, 'utf8')) as Result<Data>
}
