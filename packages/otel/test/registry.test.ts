import { logs } from '@opentelemetry/api-logs'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { DataPointType } from '@opentelemetry/sdk-metrics'
import { always, every, loop, manual, rules, Supervisor } from '@runwell/core'
import { MemoryFleet, VirtualClock } from '@runwell/core/testing'
import { afterEach, expect, it } from 'vitest'
import { parse } from 'yaml'
import { isRegistryFresh, registry } from '../scripts/semconv/registry.ts'
import { attr } from '../src/base/attribute-keys.ts'
import { otelObserver } from '../src/index.ts'
import { MemorySdk, unregisterAll } from './memory-sdk.ts'

interface Reference {
  readonly ref: string
  readonly requirement_level: 'required' | object
}
interface Definition {
  readonly id: string
  readonly type: string | { readonly members: readonly { readonly id: string; readonly value: string }[] }
  readonly examples?: readonly unknown[]
}
interface Group {
  readonly id: string
  readonly type: 'attribute_group' | 'metric' | 'span' | 'event'
  readonly name?: string
  readonly note?: string
  readonly metric_name?: string
  readonly instrument?: string
  readonly unit?: string
  readonly attributes: readonly (Reference & Definition)[]
}

const { groups } = parse(registry()) as { readonly groups: readonly Group[] }
const definitions = groups.flatMap(({ type, attributes }) => (type === 'attribute_group' ? attributes : []))
/** The semantic conventions of OpenTelemetry define these attributes. */
const foreign = ['error.type', 'url.full']

afterEach(() => {
  unregisterAll()
  logs.disable()
})

it('is up to date (if not, run npx tsx packages/otel/scripts/semconv/registry.ts)', () => {
  expect(isRegistryFresh()).toBe(true)
})

it('defines each attribute once, and refers only to defined ones', () => {
  const ids = definitions.map(({ id }) => id)
  expect(ids.toSorted()).toEqual(
    Object.values(attr)
      .filter((key) => !foreign.includes(key))
      .toSorted(),
  )
  expect(new Set(groups.map(({ id }) => id)).size).toBe(groups.length)
  const references = groups.flatMap(({ attributes }) => attributes.flatMap(({ ref }) => ref ?? []))
  expect(references.filter((ref) => !ids.includes(ref) && !foreign.includes(ref))).toEqual([])
  for (const { id, type, examples } of definitions) {
    if (typeof type === 'object') {
      const members = type.members.map((member) => member.id)
      expect(
        members.filter((each) => !/^[a-z][a-z_]*$/.test(each)),
        id,
      ).toEqual([])
    } else if (type.includes('string')) {
      expect(examples?.length, id).toBeGreaterThan(0)
    }
  }
})

it('has every name on the wire: metrics, spans, log records, their attributes and values', async () => {
  const { sdk, records } = await everything()

  const metrics = await sdk.collect()
  for (const { descriptor, dataPointType, dataPoints, isMonotonic } of metrics as readonly Collected[]) {
    const group = groups.find((each) => each.metric_name === descriptor.name)
    expect(group, descriptor.name).toMatchObject({
      unit: descriptor.unit,
      instrument: instrumentOf(dataPointType, isMonotonic),
    })
    for (const { attributes } of dataPoints) holds(group, attributes, descriptor.name)
  }
  const annotated = sdk.spans.filter((span) =>
    Object.keys(span.attributes).some((key) => key.includes('annotation')),
  )
  expect(new Set(annotated.map((span) => span.name))).toEqual(
    new Set(['run lasts', 'start crashes', 'unit crashes mail', 'end crashes']),
  )
  const spans = sdk.spans.map(({ name, attributes }) => {
    const group = groups.find(({ type, note = '' }) => type === 'span' && pattern(note).test(name))
    holds(group, attributes, name)
    return group?.id
  })
  expect(new Set(spans)).toEqual(new Set(groups.flatMap(({ id, type }) => (type === 'span' ? id : []))))
  const links = sdk.spans.flatMap((span) => span.links.map(({ attributes = {} }) => attributes))
  expect(
    links.flatMap((each) => Object.entries(each)).filter(([key, value]) => !isKnown(key, value)),
  ).toEqual([])

  const events = records.getFinishedLogRecords().map(({ eventName, attributes }) => {
    const group = groups.find(({ type, name }) => type === 'event' && name === eventName)
    const own = Object.entries(attributes).filter(([key]) => !key.startsWith('exception.'))
    holds(group, Object.fromEntries(own), String(eventName))
    return eventName
  })
  expect(new Set(events)).toEqual(new Set(groups.flatMap(({ name, type }) => (type === 'event' ? name : []))))
})

interface Collected {
  readonly descriptor: { readonly name: string; readonly unit: string }
  readonly dataPointType: DataPointType
  readonly isMonotonic?: boolean
  readonly dataPoints: readonly { readonly attributes: object }[]
}

function instrumentOf(type: DataPointType, isMonotonic = false): string {
  if (type === DataPointType.HISTOGRAM) return 'histogram'
  if (type === DataPointType.GAUGE) return 'gauge'
  return isMonotonic ? 'counter' : 'updowncounter'
}

function pattern(note: string): RegExp {
  const [, name = ''] = /`(.+)`/.exec(note) ?? []
  return new RegExp(`^${name.replaceAll(/\{[^}]+\}/g, '[a-z.]+')}$`)
}

function holds(group: Group | undefined, attributes: object, what: string): void {
  expect(group, `a group for ${what}`).toBeDefined()
  const allowed = group?.attributes.map(({ ref }) => ref) ?? []
  const unknown = Object.entries(attributes).filter(
    ([key, value]) => !allowed.includes(definitionOf(key)?.id ?? key) || !isKnown(key, value),
  )
  expect(unknown, what).toEqual([])
  const required = group?.attributes.filter((each) => each.requirement_level === 'required') ?? []
  expect(
    required.flatMap(({ ref }) => (ref in attributes ? [] : ref)),
    `missing in ${what}`,
  ).toEqual([])
}

/** A definition of type `template[string]` covers all keys below its id. */
function definitionOf(key: string): Definition | undefined {
  return definitions.find(({ id, type }) =>
    type === 'template[string]' ? key.startsWith(`${id}.`) : id === key,
  )
}

function isKnown(key: string, value: unknown): boolean {
  if (foreign.includes(key)) return typeof value === 'string'
  const type = definitionOf(key)?.type
  if (type === undefined) return false
  if (typeof type === 'object') return type.members.some((member) => member.value === value)
  if (type === 'string[]') return Array.isArray(value)
  if (type === 'template[string]') return typeof value === 'string'
  if (type === 'int') return Number.isInteger(value)
  return typeof value === (type === 'double' ? 'number' : type)
}

const shared = { name: 'shared', scope: 'service', schedule: every('20s', { catchUp: '1m' }) } as const

async function loseRun(fleet: MemoryFleet, clock: VirtualClock): Promise<void> {
  const member = fleet.member()
  const supervisor = new Supervisor({ name: 'dies', clock, fleet: member, observers: [], env: {} })
  supervisor.register({ ...shared, run: ({ sleep }) => sleep('1d') })
  await supervisor.start()
  await clock.advance('40s')
  fleet.kill(member)
}

async function everything() {
  const sdk = new MemorySdk().register()
  const records = new InMemoryLogRecordExporter()
  logs.setGlobalLoggerProvider(
    new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: records })] }),
  )
  const clock = new VirtualClock()
  const observer = otelObserver({
    exportAtStart: false,
    exceptions: 'both',
    monitorSpans: 'all',
    consoleUrl: 'https://x.test/ops',
  })
  const fleet = new MemoryFleet({ lease: '5s' })
  await loseRun(fleet, clock)
  const supervisor = new Supervisor({
    name: 'billing',
    clock,
    seed: 7,
    monitor: '5s',
    fleet: fleet.member(),
    observers: [observer],
  })
  supervisor.register({ ...shared, run: () => {} })
  const fails = () => {
    throw new TypeError('no')
  }
  const period = { schedule: every('1m', { immediate: true }) }
  supervisor.register({
    ...period,
    name: 'works',
    slo: { target: 0.9 },
    runbook: 'https://x.test',
    run: () => {},
  })
  supervisor.register({ ...period, name: 'fails', retry: { times: 1 }, trace: { ratio: 1 }, run: fails })
  supervisor.register({
    ...period,
    name: 'hangs',
    timeout: '20s',
    abortGrace: '1s',
    run: () => new Promise(() => {}),
  })
  supervisor.register({ ...period, name: 'units', run: ({ unit }) => unit('mail', fails).catch(() => {}) })
  supervisor.register({
    ...period,
    name: 'lasts',
    timeout: '5m',
    run: async ({ annotate, beat, sleep }) => {
      annotate({ tenant: 'a' })
      beat('begun')
      await sleep('90s')
    },
  })
  supervisor.register({
    name: 'crashes',
    schedule: loop(),
    restart: always(),
    run: async ({ annotate, beat, sleep, unit }) => {
      annotate({ queue: 'mails' })
      await unit('mail', () => {})
      beat()
      await sleep('30s')
      fails()
    },
  })
  supervisor.register({
    name: 'silent',
    schedule: loop(),
    health: [rules.hung({ limit: '30s', restarts: true })],
    run: async ({ beat, sleep }) => {
      beat()
      await sleep('1d')
    },
  })
  const asked = supervisor.register({ name: 'asked', schedule: manual(), run: ({ sleep }) => sleep('1h') })
  await supervisor.start()
  void asked.trigger()
  await clock.advance('3m')
  asked.pause({ by: 'alice@example.com', reason: 'enough' })
  const stopped = supervisor.stop({ deadline: '5s' })
  await clock.advance('1m')
  await stopped
  return { sdk, records }
}
