// A service that writes a slow report when it is interrupted: `interrupted-program.ts CANDIDATE`.
import { candidates } from './matrix.ts'
import { sleep } from './waiting.ts'

const entry = candidates.find(({ id }) => id === process.argv[2])
if (entry === undefined) throw new Error(`No candidate ${process.argv[2]}`)
const { candidate } = await entry.load()

async function report(): Promise<void> {
  await sleep(6_000)
  process.stdout.write('report written\n')
}

if (candidate.handleSignals) candidate.handleSignals(report)
else {
  const running = candidate.everySecond(async () => {})
  process.on('SIGINT', async () => {
    await running.stop(5_000)
    await report()
    process.exit(0)
  })
}
setInterval(() => {}, 1_000)
process.stdout.write('ready\n')
