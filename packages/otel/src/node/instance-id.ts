import { hostname } from 'node:os'
import { isMainThread, threadId } from 'node:worker_threads'

/**
 * An id that no other process of the service has. The first process of a container is named by its host alone, so that
 * it keeps its series over restarts; others add their process and thread.
 */
export function instanceId(env: NodeJS.ProcessEnv): string {
  const host = env['HOSTNAME'] || hostname()
  const worker = process.pid === 1 ? '' : `-${process.pid}`
  return isMainThread ? `${host}${worker}` : `${host}${worker}-${threadId}`
}
