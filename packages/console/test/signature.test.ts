import { manual } from '@runwell/core'
import { describe, expect, it } from 'vitest'
import type { AuditEntry } from '../src/api/types.ts'
import type { ConsoleOptions } from '../src/index.ts'
import { askable } from './ask.ts'

const token = 'a-token-of-16-letters'

/** Returns who paused the task according to the audit, or the error of a refusal. */
async function shownFor(body: object, options: ConsoleOptions = { token }): Promise<unknown> {
  const { supervisor, ask, write } = askable(options)
  const task = supervisor.register({ name: 'a', schedule: manual(), run: () => {} })
  await supervisor.start()
  const headers = { authorization: `Bearer ${token}` }
  const answer = await write('tasks/a/pause', body, { headers })
  if (!answer.ok) return ((await answer.json()) as { error: string }).error
  const { entries } = (await (await ask('audit', { headers })).json()) as { entries: readonly AuditEntry[] }
  expect(task.pausedBy).toBe(entries[0]?.by)
  return entries[0]?.by
}

describe('the audit of a console without a sign-in', () => {
  it('shows the name that a request gives, and that only the token was checked', async () => {
    expect(await shownFor({ by: 'ada' })).toBe('ada (token)')
    expect(await shownFor({ by: 'Zoë Ní Dhomhnaill' })).toBe('Zoë Ní Dhomhnaill (token)')
    expect(await shownFor({ by: 'ada' }, {})).toBe('ada (local)')
  })

  it('shows only what the console knows if no name is given', async () => {
    for (const by of [undefined, null, '', '   ', '()', '\u202e\u200b'])
      expect(await shownFor({ by }), String(by)).toBe('token')
  })

  it.each([
    ['ada (SSO)', 'ada SSO (token)'],
    ['root) paused it (', 'root paused it (token)'],
    ['ada\nroot resumed it', 'adaroot resumed it (token)'],
    ['\u001b[2Jada\u0007', '2Jada (token)'],
    ['ada\u202e\u2066\u200b', 'ada (token)'],
    ['（token）', 'token (token)'],
    ['<b>ada</b>', 'bada/b (token)'],
    ['  ada   lovelace  ', 'ada lovelace (token)'],
  ])('removes from %j everything that could imitate a verified name', async (by, shown) => {
    expect(await shownFor({ by })).toBe(shown)
  })

  it.each([['x'.repeat(61)], [5], [['ada']], [{ user: 'ada' }]])('refuses %j as a name', async (by) => {
    expect(await shownFor({ by })).toBe('`by` must be a text of at most 60 characters.')
  })
})

describe('the audit of a console with `authorize`', () => {
  it.each(['root', 'eve (SSO)', ''])(
    'shows who is signed in, whatever name a request gives: %j',
    async (by) => {
      expect(await shownFor({ by }, { authorize: () => ({ user: 'ada', can: 'everything' }) })).toBe('ada')
    },
  )

  it('says in its answers whether a name may be given', async () => {
    const known = askable({ authorize: () => ({ user: 'ada' }) })
    const open = askable()

    expect(await known.read('snapshot')).toMatchObject({
      process: { viewer: { user: 'ada', isKnown: true } },
    })
    expect(await open.read('snapshot')).toMatchObject({
      process: { viewer: { user: 'local', isKnown: false } },
    })
  })
})
