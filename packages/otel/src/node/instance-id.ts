import { hostname } from 'node:os'
import { isMainThread, threadId } from 'node:worker_threads'

/**
 * Returns an id that is unique among the processes of the service. For process 1 of a container it is only the host
 * name, so that its series continue after a restart. Others add the process id and thread id.
 */
export function instanceId(env: NodeJS.ProcessEnv): string {
  const host = env['HOSTNAME'] || hostname()
  const worker = process.pid === 1 ? '' : `-${process.pid}`
  return isMainThread ? `${host}${worker}` : `${host}${worker}-${threadId}`
}
