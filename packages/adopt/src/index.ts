export type { AdoptOptions } from './base/options.ts'
