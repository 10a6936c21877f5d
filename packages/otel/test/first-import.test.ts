import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { bundleOf } from '../../../scripts/test/bundle-of.ts'

const program = bundleOf('packages/otel/test/processes/first-import.ts')

it.each([
  ['without an observer', 'plain', false],
  ['with otelObserver', 'observed', true],
])('no run is in the trace of the request that imported core first, %s', async (_, how, isInASpan) => {
  const { stdout } = await promisify(execFile)(process.execPath, [program, how])

  expect(JSON.parse(stdout)).toEqual({
    isInTraceOfRequest: [false],
    isInASpan: [isInASpan],
    isQueryInTraceOfRequest: false,
  })
})
