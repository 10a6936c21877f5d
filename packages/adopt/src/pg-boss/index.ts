export type { AdoptEach, AdoptedJob, AdoptOptions } from '../base/options.ts'
export { adoptPgBoss } from './adopt-pg-boss.ts'
export type { BossJobLike, BossLike } from './boss-like.ts'
