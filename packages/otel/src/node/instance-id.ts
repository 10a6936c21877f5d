import { hostname } from 'node:os'
import { isMainThread, threadId } from 'node:worker_threads'

/**
 * Returns the host name and the process id, in a worker thread also the thread id. The process id 1, as in a
 * container, is left out, because the host name is then enough.
 */
export function instanceId(env: NodeJS.ProcessEnv): string {
  const host = env['HOSTNAME'] || hostname()
  const worker = process.pid === 1 ? '' : `-${process.pid}`
  return isMainThread ? `${host}${worker}` : `${host}${worker}-${threadId}`
}
