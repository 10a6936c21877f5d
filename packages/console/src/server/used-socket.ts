import { once } from 'node:events'
import { lstatSync, unlinkSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { json } from 'node:stream/consumers'
import type { Snapshot } from '../api/types.ts'

/**
 * For a path that is already in use. A process that was killed leaves the file of its socket. This function removes
 * the file if no process listens on it any more.
 *
 * @returns whether the path is free now. If not, the message of `error` says what uses it.
 */
export async function freeIfStale(path: string, error: Error): Promise<boolean> {
  const listener = await listenerAt(path)
  // The file is removed in the turn of the event loop in which the connection was refused. After that turn, the file
  // could already belong to a new process.
  const why = listener === undefined ? whyNotRemoved(path) : `${listener} listens there`
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

function whyNotRemoved(path: string): string | undefined {
  try {
    const file = lstatSync(path, { throwIfNoEntry: false })
    if (file?.isSocket() === false) return 'this file is not a socket'
    if (file !== undefined) unlinkSync(path)
    return undefined
  } catch (error) {
    return `no process listens there any more, but the file could not be removed (${String(error)})`
  }
}
