import { print } from '../print.ts'

export interface Sample {
  readonly ms: number
  readonly cpuMs: number
}

const name = process.argv[2] ?? ''
const [began, usedBefore] = [performance.now(), process.cpuUsage()]
await import(name)
const [ms, { user, system }] = [performance.now() - began, process.cpuUsage(usedBefore)]
print<Sample>({ ms, cpuMs: (user + system) / 1_000 })
process.exit(0)
