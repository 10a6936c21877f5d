import { setTimeout as sleep } from 'node:timers/promises'
import { every, Supervisor } from '@runwell/core'
import { print } from '../print.ts'

export interface Sample {
  readonly due: number
  readonly runs: number
}

const [count, windowS] = [Number(process.argv[2]), Number(process.argv[3])]

let runs = 0
const supervisor = new Supervisor({ observers: [] })
for (let index = 0; index < count; index++) {
  supervisor.register({
    name: `task.${index}`,
    schedule: every('1s', { anchor: 'epoch' }),
    run: async () => void runs++,
  })
}
await supervisor.start()

async function betweenSlots() {
  await sleep((1_500 - (Date.now() % 1_000)) % 1_000)
  return { second: Math.floor(Date.now() / 1_000), runs }
}

await sleep(2_000)
const from = await betweenSlots()
await sleep(windowS * 1_000 - 400)
const to = await betweenSlots()
print<Sample>({ due: count * (to.second - from.second), runs: to.runs - from.runs })
process.exit(0)
