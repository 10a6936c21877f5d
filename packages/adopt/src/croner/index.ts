export type { AdoptOptions } from '../base/options.ts'
export { adoptCroner } from './adopt-croner.ts'
export type { CronerLike } from './croner-like.ts'
