import { type Texts, write } from './api.ts'

/**
 * If the address contains the token, returns it as a header. Requests need this header until the browser has a
 * cookie.
 */
export function tokenOfAddress(): Texts | undefined {
  const token = /^#token=([\w.~+/=-]+)$/.exec(location.hash)?.[1]
  return token === undefined ? undefined : bearer(token)
}

function bearer(token: string): Texts {
  return { authorization: `Bearer ${token}` }
}

/**
 * Returns the header with the token that a person has entered, which may be the whole address with the token.
 * Returns `undefined` for a text that cannot be a token.
 */
export function enteredToken(text: string): Texts | undefined {
  const token = /^(?:.*#token=)?([\w.~+/=-]+)$/.exec(text.trim())?.[1]
  return token === undefined ? undefined : bearer(token)
}

export async function exchangeToken(token: Texts): Promise<void> {
  await write('session', {}, token)
  if (tokenOfAddress() === undefined) return
  history.replaceState(null, '', '#/tasks')
  window.dispatchEvent(new HashChangeEvent('hashchange'))
}
