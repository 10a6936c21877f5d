/**
 * Tests the guarantees of fleets on real servers, and some of them with the previous version of BullMQ, too. Needs
 * the servers that `scripts/servers/install.sh` installs.
 *
 * - Arguments select stores by name.
 * - `--nemesis` runs no tests. It causes faults and counts lost slots.
 * - `--slots 1000` makes `--nemesis` use fewer slots.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../../../../scripts/release/packages.ts'
import { isSound, nemesis } from './nemesis/nemesis.ts'
import { rowOf, table } from './nemesis/table.ts'
import { stores } from './stores.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { slots: { type: 'string' }, nemesis: { type: 'boolean', default: false } },
})
const chosen = Object.entries(stores).filter(
  ([name]) =>
    positionals.length === 0 || positionals.some((text) => name.toLowerCase().includes(text.toLowerCase())),
)
/**
 * PostgreSQL needs more time for a slot than Redis, so it gets fewer tasks and slots.
 * With fewer takeovers than `takeovers`, the faults have hit no active run, and the nemesis fails. With 10 tasks,
 * this can happen by chance, so PostgreSQL needs no takeover.
 */
const loads = {
  Redis: { tasks: 80, slots: 10_000, takeovers: 1 },
  PostgreSQL: { tasks: 10, slots: 2_000, takeovers: 0 },
}
const isSuccess = values.nemesis ? await playNemesis() : tryPromises()
console.log(isSuccess ? 'all as promised' : 'not as promised')
// A connection that was cut may still wait for an answer, which would keep this process alive.
process.exit(isSuccess ? 0 : 1)

function tryPromises(): boolean {
  const names = chosen.map(([name]) => name)
  const only = positionals.length === 0 ? [] : ['-t', `(${names.join('|')})`]
  const guarantees = runTests(['--exclude', '**/outage.gate.ts', ...only])
  // The outage test runs alone, because its processes need most of the CPU time.
  const outage = runTests(['outage', ...only])
  const onStores = names.map((name) => `BullMQ on ${name}|`).join('')
  const part = [
    'version',
    'member',
    'conformance',
    '-t',
    `(${onStores}the version of|Redis: (leases|outages))`,
  ]
  return runTests(part, { TESTED_BULLMQ: 'bullmq-previous' }) && guarantees && outage
}

function runTests(chosen: readonly string[], env: Readonly<Record<string, string>> = {}): boolean {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const config = join(root, 'packages/bullmq/test/gate/vitest.config.ts')
  const args = [vitest, 'run', '--config', config, ...chosen]
  const options = { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } } as const
  return spawnSync(process.execPath, args, options).status === 0
}

async function playNemesis(): Promise<boolean> {
  const rows: string[] = []
  let isSuccess = true
  for (const [name, start] of chosen) {
    await using store = await start()
    console.log(`nemesis on ${name}`)
    const { tasks, slots, takeovers } = loads[name as keyof typeof stores]
    const account = await nemesis(store, tasks, Number(values.slots ?? slots))
    rows.push(rowOf(name, account))
    for (const line of [...account.faults, ...account.examples]) console.log(`  ${line}`)
    const hitsRuns = account.takenOver >= takeovers
    if (!hitsRuns) console.log(`  only ${account.takenOver} slots were taken over`)
    isSuccess &&= isSound(account) && hitsRuns
  }
  console.log(`\n${table(rows)}`)
  return isSuccess
}
