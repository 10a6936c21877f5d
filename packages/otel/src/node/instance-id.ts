import { hostname } from 'node:os'
import { isMainThread, threadId } from 'node:worker_threads'

/** Process 1 of a container has only the host name, so that its series continue after a restart. */
export function instanceId(env: NodeJS.ProcessEnv): string {
  const host = env['HOSTNAME'] || hostname()
  const worker = process.pid === 1 ? '' : `-${process.pid}`
  return isMainThread ? `${host}${worker}` : `${host}${worker}-${threadId}`
}
