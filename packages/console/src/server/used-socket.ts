import { once } from 'node:events'
import { lstatSync, type Stats, unlinkSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { json } from 'node:stream/consumers'
import type { Snapshot } from '../api/types.ts'

/**
 * A process that was killed leaves the file of its socket. Removes this file if no process listens on it any more.
 *
 * @returns whether the path is free now. If not, the message of `error` says what uses it.
 */
export async function freeIfStale(path: string, error: Error): Promise<boolean> {
  const found = fileAt(path)
  const listener = await listenerAt(path)
  const why = listener === undefined ? whyNotRemoved(path, found) : `${listener} listens there`
  if (why !== undefined) error.message += `: ${why}`
  return why === undefined
}

async function listenerAt(path: string): Promise<string | undefined> {
  const signal = AbortSignal.timeout(1_000)
  const headers = { host: 'localhost' }
  const asked = request({ socketPath: path, path: '/api/v1/snapshot', headers, signal })
  asked.on('error', () => {}) // `once` and `json` below reject with the same error
  asked.end()
  try {
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    if (response.headers['x-runwell'] === undefined) {
      response.destroy()
      return 'another server'
    }
    const { process } = (await json(response)) as Partial<Snapshot>
    return process === undefined
      ? 'another console'
      : `the console of supervisor '${process.supervisor}' in process ${process.pid}`
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? undefined : 'another program'
  }
}

function fileAt(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}

/** @param found - the file that refused the connection. A newer file belongs to a new process. */
function whyNotRemoved(path: string, found: Stats | undefined): string | undefined {
  try {
    const file = fileAt(path)
    if (file?.isSocket() === false) return 'this file is not a socket'
    if (file?.ino !== found?.ino || file?.ctimeMs !== found?.ctimeMs)
      return 'another process has just created or removed this socket'
    if (file !== undefined) unlinkSync(path)
    return undefined
  } catch (error) {
    return `no process listens there any more, but the file could not be removed (${String(error)})`
  }
}
