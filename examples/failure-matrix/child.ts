// Runs one scenario with one candidate, which is Runwell or another library: `child.ts SCENARIO CANDIDATE`. The parent
// reads the exit code, the output and the one message of this process.
import { candidates, scenarios } from './matrix.ts'

const [scenarioId, candidateId] = process.argv.slice(2)
const scenario = scenarios.find(({ id }) => id === scenarioId)
const entry = candidates.find(({ id }) => id === candidateId)
if (scenario === undefined || entry === undefined) throw new Error(`No ${scenarioId} with ${candidateId}`)

const { candidate } = await entry.load()
const facts = await scenario.act(candidate, entry.id)
const end = (): never => process.exit(0)
if (process.send) process.send({ facts: facts ?? null, offered: facts !== undefined }, end)
else end()
