import { hostname } from 'node:os'
import { isMainThread, threadId } from 'node:worker_threads'

/** A process with the id 1, as in a container, has only the host name. So its series continue after a restart. */
export function instanceId(env: NodeJS.ProcessEnv): string {
  const host = env['HOSTNAME'] || hostname()
  const worker = process.pid === 1 ? '' : `-${process.pid}`
  return isMainThread ? `${host}${worker}` : `${host}${worker}-${threadId}`
}
