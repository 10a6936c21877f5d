export type { RunwellFastifyOptions } from './runwell-fastify.ts'
export { runwellFastify } from './runwell-fastify.ts'
