// Runs one scenario with Runwell or another library: `child.ts SCENARIO CANDIDATE`.
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
