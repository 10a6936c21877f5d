// One of two hosts that run the same program: `host-program.ts CANDIDATE chosen|other`.
import { candidates } from './matrix.ts'

const [candidateId, role] = process.argv.slice(2)
const entry = candidates.find(({ id }) => id === candidateId)
if (entry === undefined) throw new Error(`No candidate ${candidateId}`)

const { candidate } = await entry.load()
const run = async (): Promise<void> => void process.send?.(Math.round(Date.now() / 1_000))
const { everySecondOnOneHost, everySecondByCron, everySecond } = candidate
if (everySecondOnOneHost) everySecondOnOneHost(run, role === 'chosen')
else (everySecondByCron ?? everySecond)(run)
process.send?.('ready')
