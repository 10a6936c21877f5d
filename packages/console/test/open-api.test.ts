import { cron, every, loop } from '@runwell/core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import { type Asked, askable } from './ask.ts'

interface Document {
  readonly paths: Readonly<Record<string, { readonly get?: Operation; readonly post?: Operation }>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}
type Operation = {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { schema: object }>> }>
  >
}

async function busy(): Promise<Asked> {
  const asked = askable()
  const { supervisor, clock } = asked
  const fail = (): never => {
    throw new Error('bad')
  }
  supervisor.register({ name: 'ok', schedule: every('10s', { immediate: true }), run: () => {} })
  supervisor.register({
    name: 'bad',
    schedule: every('10s', { immediate: true }),
    run: fail,
    runbook: 'https://x',
  })
  supervisor.register({ name: 'loop', schedule: loop(), run: ({ sleep }) => sleep('1h'), dependsOn: ['ok'] })
  supervisor.register({
    name: 'slow',
    schedule: every('10s', { immediate: true }),
    run: ({ sleep }) => sleep('25s'),
  })
  supervisor.register({
    name: 'nightly',
    schedule: cron('0 3 * * *', { timeZone: 'Europe/Berlin' }),
    run: () => {},
  })
  await supervisor.start()
  await clock.advance('2m')
  supervisor.task('ok')?.pause('a reason')
  await clock.advance('1m')
  return asked
}

it('every answer is as the OpenAPI document says', async () => {
  const asked = await busy()
  const { paths, components } = await asked.read<Document>('openapi.json')
  const ajv = new Ajv2020({ strict: false })
  ajv.addSchema({ $id: 'document', components })

  for (const [path, { get }] of Object.entries(paths)) {
    if (get === undefined || path === '/events') continue
    const schema = get.responses['200']?.content?.['application/json']?.schema ?? {}
    const validate = ajv.compile(
      JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')) as object,
    )
    for (const task of path.includes('{task}') ? ['ok', 'bad', 'loop', 'slow', 'nightly'] : ['']) {
      const answer = await asked.read(path.slice(1).replace('{task}', task))
      expect(validate(answer), `${path} ${task}: ${ajv.errorsText(validate.errors)}`).toBe(true)
    }
  }
})

it('the OpenAPI document names every control', async () => {
  const { paths } = await askable().read<Document>('openapi.json')
  const controls = Object.keys(paths).filter((path) => paths[path]?.post !== undefined)

  expect(controls).toEqual([
    '/tasks/{task}/trigger',
    '/tasks/{task}/pause',
    '/tasks/{task}/resume',
    '/tasks/{task}/restart',
    '/tasks/{task}/reschedule',
    '/tasks/{task}/abort',
    '/tasks/{task}/unregister',
    '/session',
  ])
})
