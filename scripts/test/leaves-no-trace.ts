import { afterAll, beforeAll, expect, vi } from 'vitest'

function shared() {
  const listeners = process.eventNames().map((name) => [String(name), process.listenerCount(name)])
  const openTelemetry = (globalThis as Record<symbol, object | undefined>)[
    Symbol.for('opentelemetry.js.api.1')
  ]
  return {
    listeners: Object.fromEntries(listeners) as Record<string, number>,
    openTelemetry: Object.keys(openTelemetry ?? {}).filter((key) => key !== 'version'),
    hasFakeTimers: vi.isFakeTimers(),
  }
}

// Later test files would load second copies of their modules.
vi.resetModules = () => {
  throw new Error('This file shares its modules with others. Add it to `alone` in vitest.config.ts.')
}

let before: ReturnType<typeof shared>
let env: NodeJS.ProcessEnv

beforeAll(() => {
  before = shared()
  env = { ...process.env }
})

afterAll(() => {
  expect(shared(), 'this file leaves something behind').toEqual(before)
  // Values can be secrets, so a failure prints only names.
  const names = [...new Set([...Object.keys(env), ...Object.keys(process.env)])]
  const changed = names.filter((name) => env[name] !== process.env[name])
  expect(changed, 'this file leaves a changed environment behind').toEqual([])
})
