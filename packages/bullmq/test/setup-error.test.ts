import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { asSetupError, SetupError } from '../src/store/setup-error.ts'

const error = (message: string, more: object = {}): Error => Object.assign(new Error(message), more)

describe('an error of a store', () => {
  it.each([
    ['42501', 'permission denied for database shop', 'grant it CREATE'],
    ['28P01', 'password authentication failed for user "ana"', 'check user and password'],
    ['28000', 'no pg_hba.conf entry', 'check user and password'],
    [undefined, 'NOAUTH Authentication required.', 'check user and password'],
    [
      undefined,
      'NOPERM this user has no permissions to run the command',
      'The user of Redis lacks a permission',
    ],
  ])('with the code %s says how to fix it', (code, message, cure) => {
    const told = asSetupError(error(message, { code }))
    expect(told).toBeInstanceOf(SetupError)
    expect((told as Error).message).toContain(cure)
  })

  it.each([
    ['connect ECONNREFUSED 127.0.0.1:42501', 'ECONNREFUSED', 'connect'],
    ['connect ECONNREFUSED 127.0.0.1:28000', 'ECONNREFUSED', 'connect'],
    ['getaddrinfo ENOTFOUND pg.install.example', 'ENOTFOUND', 'getaddrinfo'],
    ['getaddrinfo EAI_AGAIN load-pg', 'EAI_AGAIN', 'getaddrinfo'],
  ])('about the network is left as it is, whatever its host and port: %s', (message, code, syscall) => {
    const given = error(message, { code, syscall })
    expect(asSetupError(given)).toBe(given)
  })

  it('is not mistaken for another one because of a number in its text', () => {
    const given = error('ERR Error running script: job 42501 is not in state active', { code: undefined })
    expect(asSetupError(given)).toBe(given)
  })

  it('contains no command, because the command of a login contains the password', () => {
    const command = { name: 'auth', args: ['s3cret'] }
    for (const message of ['WRONGPASS invalid username-password pair', 'ERR invalid']) {
      const told = asSetupError(error(message, { name: 'ReplyError', command }))
      expect(inspect(told, { depth: 10 })).not.toContain('s3cret')
      expect(inspect(told)).toContain(message)
    }
  })
})
