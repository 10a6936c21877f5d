/**
 * Tries fleets on real Redis and real PostgreSQL: every promise, then a nemesis of five processes. Compares the table of the
 * nemesis with docs/proof.md; `--update` writes it. Names of stores after `--` choose some, and `--slots 1000` plays fewer slots. See scripts/servers/install.sh.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../../../../scripts/release/packages.ts'
import { isSound, nemesis } from './nemesis/nemesis.ts'
import { inPage, rowOf, table } from './nemesis/table.ts'
import { stores } from './stores.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    update: { type: 'boolean', default: false },
    slots: { type: 'string', default: '10000' },
    nemesis: { type: 'boolean', default: false },
  },
})
const chosen = Object.entries(stores).filter(
  ([name]) =>
    positionals.length === 0 || positionals.some((text) => name.toLowerCase().includes(text.toLowerCase())),
)
/** PostgreSQL takes longer for a slot. */
const tasksOn = { Redis: 80, PostgreSQL: 20 } as const
const slots = Number(values.slots)

let failed = 0
if (!values.nemesis) {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const config = join(root, 'packages/bullmq/test/gate/vitest.config.ts')
  const only = positionals.length === 0 ? [] : ['-t', `(${chosen.map(([name]) => name).join('|')})`]
  failed +=
    spawnSync(process.execPath, [vitest, 'run', '--config', config, ...only], { cwd: root, stdio: 'inherit' })
      .status === 0
      ? 0
      : 1
}

const rows: string[] = []
for (const [name, start] of chosen) {
  await using store = await start()
  console.log(`nemesis on ${name}`)
  const tasks = tasksOn[name as keyof typeof tasksOn]
  const account = await nemesis(store, tasks, Math.round((slots * tasks) / tasksOn.Redis))
  rows.push(rowOf(name, account))
  for (const line of [...account.faults, ...account.examples]) console.log(`  ${line}`)
  if (!isSound(account)) failed += 1
}
console.log(`\n${table(rows)}`)

const page = join(root, 'docs/proof.md')
if (values.update) writeFileSync(page, inPage(readFileSync(page, 'utf8'), table(rows)))
console.log(failed === 0 ? 'all as promised' : `${failed} not as promised`)
// A connection that was cut may still wait for an answer.
process.exit(failed === 0 ? 0 : 1)
