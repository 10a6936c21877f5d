import type * as Bullmq from 'bullmq'
import { SetupError } from './setup-error.ts'

/** @throws {@link SetupError} if BullMQ is not installed or older than version 6 */
export async function loadBullmq(): Promise<typeof Bullmq> {
  let loaded: typeof Bullmq
  try {
    loaded = await import('bullmq')
  } catch (cause) {
    throw new SetupError('The fleet needs the package bullmq: run `npm install bullmq@6`.', cause)
  }
  if (typeof loaded.createPostgresBackend === 'function') return loaded
  throw new SetupError(
    'The fleet needs BullMQ 6 or newer, and an older one is installed: run `npm install bullmq@6`.',
  )
}
