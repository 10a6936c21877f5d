export type { RunwellHonoOptions } from './runwell-hono.ts'
export { runwellHono } from './runwell-hono.ts'
