import { hostname } from 'node:os'
import { isMainThread, threadId } from 'node:worker_threads'

/**
 * Returns an id that no other process of the service has: the host name and the process id. Process 1 of a container
 * has only the host name, so that its series continue after a restart. Worker threads add the thread id.
 */
export function instanceId(env: NodeJS.ProcessEnv): string {
  const host = env['HOSTNAME'] || hostname()
  const worker = process.pid === 1 ? '' : `-${process.pid}`
  return isMainThread ? `${host}${worker}` : `${host}${worker}-${threadId}`
}
