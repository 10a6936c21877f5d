import { describe, it } from 'vitest'
import { adopterContract } from '../src/testing/index.ts'
import { newest } from './harnesses/all.ts'

describe.each(newest)('an adopted job of $name', ({ harness }) => {
  for (const { name, run } of adopterContract(harness('* * * * *', 60_000))) it(name, run)
})
