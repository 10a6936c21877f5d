import { describe, it } from 'vitest'
import { adopterContract } from '../../../src/testing/index.ts'
import { nestHarness } from '../../harnesses/nest.ts'

describe("an adopted job of @nestjs/schedule in mode 'observe'", () => {
  for (const { name, run } of adopterContract(nestHarness('* * * * *', 60_000))) it(name, run)
})
