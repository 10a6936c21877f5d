export type { RunwellExpressOptions } from './runwell-express.ts'
export { runwellExpress } from './runwell-express.ts'
