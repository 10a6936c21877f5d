import { faultOf, runYear } from './run-year.ts'
import { yearTasks, zones } from './tasks.ts'

// Runs a leap year in virtual time: `npm run test:year`. `-- 2025-03-01 30` runs 30 days from 1 March 2025.

const [firstDay = '2024-01-01', days = '366'] = process.argv.slice(2)
const from = Date.parse(firstDay)
const to = from + Number(days) * 86_400_000
const began = performance.now()
const tallies = await runYear(yearTasks, from, to)
const seconds = (performance.now() - began) / 1_000

const runs = tallies.reduce((sum, tally) => sum + tally.runs, 0)
const rate = Math.round(runs / seconds).toLocaleString('en')
const faults = tallies.map((tally) => faultOf(tally, false)).filter((fault) => fault !== undefined)
for (const fault of faults) process.stdout.write(`${fault}\n`)
process.stdout.write(
  `${tallies.length} tasks in ${zones.length} zones, ${days} days from ${firstDay}: ${runs.toLocaleString('en')} slots\n` +
    `${tallies.length - faults.length} counts equal the formula, ${faults.length} do not\n` +
    `${seconds.toFixed(1)} s, ${rate} slots a second\n`,
)
process.exitCode = faults.length === 0 ? 0 : 1
