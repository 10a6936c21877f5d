export type { AdoptEach, AdoptedJob, AdoptOptions } from '../base/options.ts'
export { type RunwellPreset, runwellPreset } from './runwell-preset.ts'
