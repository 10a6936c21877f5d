import { nemesis } from './nemesis/nemesis.ts'
import { stores } from './stores.ts'

for (const name of (process.argv[2] ?? 'Redis,PostgreSQL').split(',') as (keyof typeof stores)[]) {
  await using store = await stores[name]()
  console.log(name, await nemesis(store, Number(process.argv[3] ?? 100), Number(process.argv[4] ?? 10_000)))
}
process.exit()
