import { expect, it } from 'vitest'
import { show } from './show.ts'

it.each([
  'password',
  'dbPassword',
  'db_password',
  'DB_PASSWD',
  'passwordHash',
  'passwordhash',
  'passWord',
  'passwort',
  'passphrase',
  'passPhrase',
  'secretkey',
  'SECRETKEY',
  'secretaccesskey',
  'authorizationheader',
  'secret',
  'clientSecret',
  'token',
  'tokens',
  'accessToken',
  'accesstoken',
  'access-token',
  'token2',
  'tokenID',
  'X-Auth-Token',
  'dsn',
  'trackerDSN',
  'Authorization',
  'cookie',
  'cookies',
  'headers',
  'credentials',
  'apiKey',
  'api_key',
  'api-key',
  'apikey',
  'APIKey',
  'openAIApiKeys',
])('hides the value of the key %s', (key) => {
  expect(show({ [key]: 'hunter2' })).toBe(`{"${key}":"…"}`)
})

it.each(['tokenizer', 'tokenizerPath', 'detokenized', 'cookiecutter', 'keyboard', 'header', 'monkey'])(
  'shows the value of the key %s, which only contains a word for a secret',
  (key) => {
    expect(show({ [key]: 'fast' })).toBe(`{"${key}":"fast"}`)
  },
)

it('shows that a secret is missing', () => {
  expect(show({ token: null })).toBe('{"token":null}')
})
