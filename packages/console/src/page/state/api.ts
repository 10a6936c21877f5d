import type { Problem } from '../../api/types.ts'
import { Refused } from './refused.ts'

/** The address is relative, so that the page works under any prefix and behind any proxy. */
const base = './api/v1/'

export function address(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const search = new URLSearchParams(given).toString()
  return `${base}${path}${search === '' ? '' : `?${search}`}`
}

/** Without this limit, a view whose read never ends would not read again. */
const longestReadMs = 30_000

export type Texts = Readonly<Record<string, string>>

export async function read<Answer>(
  path: string,
  query?: Readonly<Record<string, string | undefined>>,
  headers: Texts = {},
): Promise<Answer> {
  return answerOf<Answer>(
    await fetch(address(path, query), { headers, signal: AbortSignal.timeout(longestReadMs) }),
  )
}

export async function write<Answer>(path: string, body: unknown, headers: Texts = {}): Promise<Answer> {
  const response = await fetch(address(path), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-runwell': '1', ...headers },
    body: JSON.stringify(body),
  })
  return answerOf<Answer>(response, 409)
}

async function answerOf<Answer>(response: Response, alsoFine?: number): Promise<Answer> {
  const body: unknown = await response.json().catch(otherThanJson)
  const isOfConsole = typeof body === 'object' && body !== null
  if (isOfConsole && (response.ok || response.status === alsoFine)) return body as Answer
  if (!isOfConsole || !isProblem(body)) throw new Refused(response.status, notOfConsole(response.status))
  const asksForToken = response.status === 401 && response.headers.has('x-runwell')
  throw new Refused(response.status, body, asksForToken)
}

/** Throws the error of a connection that is lost, or of a timeout, while the body arrives. */
function otherThanJson(error: unknown): undefined {
  if (!(error instanceof SyntaxError)) throw error
}

function isProblem(body: object): body is Problem {
  return 'error' in body && typeof body.error === 'string'
}

/** For example, a proxy may answer with its own page if the sign-in has expired, or if the process is down. */
function notOfConsole(status: number): Problem {
  return {
    error: `The answer, with status ${status}, is not from the console.`,
    cure: 'It may be from a proxy. Reload the page, and sign in if you are asked to.',
  }
}
