import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { mutants as modelMutants } from '../model/mutants.ts'
import { clockMutants } from './clock.ts'
import { kernelMutants } from './kernel.ts'
import { policyMutants } from './policies.ts'
import { shellMutants } from './shell.ts'
import { explanations } from './survivors.ts'

const core = new URL('../../', import.meta.url)

function occurrences(file: string, snippet: string): number {
  const source = readFileSync(new URL(`src/${file}`, core), 'utf8')
  return source.split(snippet).length - 1
}

it('each handwritten fault replaces a snippet that occurs once in its source', () => {
  const all = [...kernelMutants, ...policyMutants, ...shellMutants, ...clockMutants, ...modelMutants]

  expect(all.filter(({ file, from }) => occurrences(file, from) !== 1)).toEqual([])
})

it('each explained survivor quotes its source', () => {
  expect(explanations.filter(({ file, from }) => occurrences(file, from) === 0)).toEqual([])
})

it('each handwritten fault names tests that exist', () => {
  const tests = new Set(
    [...kernelMutants, ...policyMutants, ...shellMutants, ...clockMutants].flatMap((mutant) => mutant.tests),
  )

  expect([...tests].filter((path) => !existsSync(new URL(path, core)))).toEqual([])
})
