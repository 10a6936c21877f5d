import type { AlertWatch, Episode } from './alert-watch.ts'
import { eventually, expect, pause } from './check.ts'
import type { Fleet } from './fleet.ts'
import { query } from './prometheus.ts'
import type { Stack } from './stack.ts'
import { nameOf, type Way, ways } from './ways.ts'
import type { ReceivedAlert } from './webhook.ts'

export interface Situation {
  readonly name: string
  readonly pages: readonly string[]
  /** Alerts that may page, depending on the timing. */
  readonly mayPage?: readonly string[]
  readonly happen: (fleet: Fleet, stack: Stack) => Promise<string>
  /** True if `happen` lasts for `watchMs` or longer, so that `live` need not wait for alerts. */
  readonly lasts?: boolean
  readonly recover?: (fleet: Fleet) => Promise<void>
}

/** Times are seconds since the situation began. */
export interface Course {
  readonly situation: string
  readonly detail: string
  readonly way: Way
  readonly expected: readonly string[]
  readonly allowed: readonly string[]
  readonly fired: readonly { readonly alert: string; readonly firingS: number; readonly receivedS: number }[]
  readonly falsePages: number
  readonly watchedS: number
}

/** Must be longer than each `for` of a rule, and longer than Prometheus shows a sample after the last push. */
const watchMs = 50_000
const replicaNames = ['replica-1', 'replica-2', 'replica-3', 'replica-4', 'replica-5']

export async function settle(fleet: Fleet, stack: Stack): Promise<string> {
  await Promise.all(replicaNames.map((name) => fleet.start(name, { version: '1' })))
  await seen(stack, replicaNames.length)
  return '5 replicas'
}

/** This alert lasts longer than a situation, so no situation waits until it resolves. */
const lost = 'RunwellRunsLost'

export const situations: readonly Situation[] = [
  { name: 'Rolling deploy of 5 replicas, both versions alive', pages: [], happen: rollingDeploy },
  {
    name: 'One of 5 replicas in a crash loop',
    pages: [],
    mayPage: [lost],
    lasts: true,
    happen: (fleet) => crashLoop(fleet, ['replica-3']),
    recover: async (fleet) => void (await fleet.start('replica-3', { version: '2' })),
  },
  {
    // Whether the alerts in `mayPage` fire depends on the restart delays.
    name: 'All 5 replicas in a crash loop',
    pages: [],
    mayPage: ['RunwellServiceSilent', lost],
    lasts: true,
    happen: (fleet) => crashLoop(fleet, replicaNames),
    recover: async (fleet) => {
      await Promise.all(replicaNames.map((name) => fleet.start(name, { version: '2' })))
    },
  },
  { name: 'SIGKILL ends one replica, and a new replica starts', pages: [], mayPage: [lost], happen: killed },
  {
    name: 'Scaled to 0',
    pages: ['RunwellServiceSilent'],
    mayPage: [lost],
    happen: async (fleet) => {
      const codes = await Promise.all(replicaNames.map((name) => fleet.end(fleet.at(name))))
      return `exit codes ${[...new Set(codes)].join(', ')}`
    },
    recover: async (fleet) => {
      await Promise.all(replicaNames.map((name) => fleet.start(name, { version: '2' })))
    },
  },
]

export async function live(
  situation: Situation,
  fleet: Fleet,
  stack: Stack,
  watches: Readonly<Record<Way, AlertWatch>>,
): Promise<readonly Course[]> {
  const began = Date.now()
  const detail = await situation.happen(fleet, stack)
  await expectedPages(situation, stack, began)
  if (situation.pages.length === 0 && !situation.lasts) await pause(watchMs)
  await situation.recover?.(fleet)
  await eventually('the service to be quiet again', 90_000, async () => {
    const stillFiring = ways
      .flatMap((way) => watches[way].firing.filter(isOfFleet))
      .filter(({ labels }) => labels['alertname'] !== lost)
    return stillFiring.length === 0 ? true : undefined
  })
  const ended = Date.now()
  const { pages, mayPage = [] } = situation
  return ways.map((way) => {
    // The rules for scraped metrics have no alert for lost runs.
    const allowed = mayPage.filter((alert) => way !== 'scraped' || alert !== lost)
    const received = pagesOf(stack, way, began)
    const episodes = watches[way].episodes.filter((one) => isOfFleet(one) && one.firingSince >= began)
    return {
      situation: situation.name,
      detail,
      way,
      expected: pages,
      allowed,
      fired: firsts(episodes, received, began),
      falsePages: received.filter(({ labels }) => ![...pages, ...allowed].includes(labels['alertname'] ?? ''))
        .length,
      watchedS: Math.round((ended - began) / 1_000),
    }
  })
}

async function expectedPages({ pages }: Situation, stack: Stack, began: number): Promise<void> {
  for (const way of ways) {
    for (const alert of pages) {
      await eventually(`${alert} at the webhook, ${way}`, 120_000, async () =>
        pagesOf(stack, way, began).some(({ labels }) => labels['alertname'] === alert) ? true : undefined,
      )
    }
  }
}

function pagesOf({ webhook }: Stack, way: Way, began: number): readonly ReceivedAlert[] {
  return webhook.received.filter(
    (one) =>
      isOfFleet(one) &&
      one.status === 'firing' &&
      one.startsAt >= began &&
      one.labels['way'] === way &&
      one.labels['severity'] === 'page',
  )
}

function isOfFleet({ labels }: Pick<Episode | ReceivedAlert, 'labels'>): boolean {
  return labels['job'] === 'fleet'
}

function firsts(
  episodes: readonly Episode[],
  messages: readonly ReceivedAlert[],
  began: number,
): Course['fired'] {
  const alerts = [...new Set(episodes.map(({ labels }) => labels['alertname'] ?? ''))]
  const since = (time: number) => Math.round((time - began) / 1_000)
  return alerts.map((alert) => {
    const firing = episodes.filter(({ labels }) => labels['alertname'] === alert)
    const received = messages.filter(({ labels }) => labels['alertname'] === alert)
    return {
      alert,
      firingS: since(Math.min(...firing.map(({ firingSince }) => firingSince))),
      receivedS: since(Math.min(...received.map(({ receivedAt }) => receivedAt))),
    }
  })
}

/** Like Kubernetes with `maxSurge: 1` and `maxUnavailable: 0`. */
async function rollingDeploy(fleet: Fleet, stack: Stack): Promise<string> {
  const codes: (number | string)[] = []
  let mixed = 0
  for (const name of replicaNames) {
    const old = fleet.at(name)
    await fleet.start(name, { version: '2' })
    const versions = await query(
      stack.prometheus.otlp,
      'count by (service_version) (runwell_supervisor_up{job="fleet"} == 1)',
    )
    if (versions.length === 2) mixed++
    codes.push(await fleet.end(old))
  }
  expect(mixed > 0, 'two versions were never alive at the same time')
  expect(
    codes.every((code) => code === 0),
    `exit codes ${codes.join(', ')}`,
  )
  return `2 versions alive at ${mixed} of 5 steps, all exit codes 0`
}

/** The restart delays are a tenth of the delays in Kubernetes. */
async function crashLoop(fleet: Fleet, where: readonly string[]): Promise<string> {
  const crashes = await Promise.all(
    where.map(async (name) => {
      await fleet.end(fleet.at(name))
      const end = performance.now() + watchMs
      let replica = await fleet.launch(name, { version: '3', crashes: true })
      let count = 1
      for (let waitMs = 1_000; performance.now() < end; waitMs = Math.min(waitMs * 2, 30_000)) {
        await replica.server.exited
        await pause(waitMs)
        replica = await fleet.launch(name, { version: '3', crashes: true, again: replica })
        count++
      }
      await replica.server.exited
      await fleet.end(replica)
      return count
    }),
  )
  return crashes.length === 1 ? `${crashes[0]} crashes` : `crashes of each replica: ${crashes.join(', ')}`
}

async function killed(fleet: Fleet): Promise<string> {
  // `replica-1` is the leader. No process runs `prices.lead` until the new replica has started.
  const code = await fleet.end(fleet.at('replica-1'), 'SIGKILL')
  await pause(1_000)
  await fleet.start('replica-1', { version: '2' })
  return `ended by ${code}`
}

async function seen({ prometheus }: Stack, count: number): Promise<void> {
  for (const way of ways) {
    await eventually(`${count} replicas in ${nameOf[way]}`, 60_000, async () => {
      const found = await query(prometheus[way], `count(runwell_supervisor_up{job="fleet"} == 1) == ${count}`)
      return found.length > 0 ? true : undefined
    })
  }
}
