import { execFile } from 'node:child_process'
import { every } from '@runwell/core'
import { expect, it } from 'vitest'
import { bundleOf } from '../../../scripts/test/bundle-of.ts'
import { askable } from './ask.ts'

it('`runwell ls --check` is a command that ends with 1 if a task is unhealthy', async () => {
  const { supervisor, clock, console } = askable()
  supervisor.register({
    name: 'feed',
    schedule: every('10s', { immediate: true }),
    run: () => {
      throw new Error('down')
    },
  })
  await supervisor.start()
  await clock.advance('2m')
  const { link } = await console.listen({ port: 0 })

  const { code, out } = await new Promise<{ code: unknown; out: string }>((resolve) => {
    const env = { ...process.env, RUNWELL_URL: link }
    execFile(
      process.execPath,
      [bundleOf('packages/console/src/cli/main.ts'), 'ls', '--check'],
      { env },
      (error, out) => resolve({ code: error?.code, out }),
    )
  })
  await console.close()
  await supervisor.stop()

  expect(code).toBe(1)
  expect(out).toMatch(/\nunhealthy {2}feed /)
})
