/**
 * Runs `adopterContract` with all host libraries, and the tests that need servers or Nest. Needs the servers that
 * scripts/servers/install.sh installs.
 *
 * - Names select libraries by a part of their name.
 * - Without names, it also compares the results of `judgeAdopter` with the table in docs/comparison.md.
 * - `--update` writes the results into this table.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../../scripts/release/packages.ts'
import { adopterContract, judgeAdopter } from '../../src/testing/index.ts'
import { type Library, newest, oldest } from '../harnesses/all.ts'
import { fastifyHarness } from '../harnesses/fastify.ts'
import { nestHarness } from '../harnesses/nest.ts'
import { testNest } from './nest/test-nest.ts'
import { startServers } from './servers/libraries.ts'
import { testServers } from './servers/test-servers.ts'
import { inPage, rowOf, table } from './table.ts'

const page = join(root, 'docs/comparison.md')
const isUpdate = process.argv.includes('--update')
const chosen = process.argv.slice(2).filter((text) => !text.startsWith('--'))
if (isUpdate && chosen.length > 0) throw new Error('--update writes the whole table: leave out the names')
const isChosen = ({ name }: Library): boolean =>
  chosen.length === 0 || chosen.some((text) => name.includes(text))

/** Not in `npm test`, because each case of Nest starts an application. */
const nest: Library = { name: '@nestjs/schedule 12', harness: nestHarness }
const fastify: Library = {
  name: 'Fastify 5, by its `TracingChannel`',
  harness: (_, ms) => fastifyHarness(ms),
}
const servers = await startServers()
const inTable = [...newest, nest, ...servers.newest, fastify].filter(isChosen)

let failed = testServers(chosen) + (isChosen(nest) ? testNest() : 0)
for (const { name, harness } of [...[...oldest, ...servers.oldest].filter(isChosen), ...inTable]) {
  const cases = adopterContract(harness('* * * * *', 60_000))
  const faults: string[] = []
  for (const { name: title, run } of cases)
    await quietly(run).catch((error) => faults.push(`${title}: ${error.message}`))
  console.log(`${name}: ${cases.length - faults.length} of ${cases.length} cases passed`)
  for (const fault of faults) console.log(`  FAILED ${fault}`)
  failed += faults.length
}

const rows: string[] = []
for (const { name, harness } of inTable) {
  const verdict = await judgeAdopter(harness('0 * * * *', 3_600_000))
  rows.push(rowOf(name, verdict))
}
console.log(`\n${table(rows)}`)

const text = readFileSync(page, 'utf8')
const updated = inPage(text, table(rows))
if (isUpdate) writeFileSync(page, updated)
else if (chosen.length === 0 && text !== updated) {
  failed += 1
  console.error('docs/comparison.md shows another table. Run `npm run test:adopt -- --update`.')
}
console.log(failed === 0 ? 'all as expected' : `${failed} not as expected`)
await servers[Symbol.asyncDispose]()
// A worker keeps its connections open while it waits for a job that never ends.
process.exit(failed === 0 ? 0 : 1)

/** Old versions of some libraries write the errors of jobs to the console. */
async function quietly(run: () => Promise<void>): Promise<void> {
  const { error } = console
  console.error = () => {}
  await run().finally(() => {
    console.error = error
  })
}
