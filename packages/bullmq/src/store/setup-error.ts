/** An error that remains until someone changes the installation or the server. */
export class SetupError extends Error {
  override readonly name = 'SetupError'

  constructor(message: string, cause?: unknown) {
    super(message, { cause })
  }
}

/** For a known error, returns a {@link SetupError} with the cure. Returns an unknown error without its command. */
export function asSetupError(given: unknown): unknown {
  if (!(given instanceof Error) || given instanceof SetupError) return given
  const error = withoutCommand(given)
  const { message } = error
  const { code, syscall } = error as { code?: unknown; syscall?: unknown }
  // A system error contains a host and a port, which can look like a code in `cures`.
  if (syscall !== undefined) return error
  const sentence = cures.find(([pattern]) => pattern.test(`${code} ${error.name} ${message}`))?.[1](message)
  return sentence === undefined ? error : new SetupError(sentence, error)
}

/** An error of ioredis contains the failed command. The command of a refused login contains the password. */
function withoutCommand(error: Error): Error {
  if (!('command' in error)) return error
  const { name, message, stack } = error
  return Object.defineProperties(new Error(message), {
    name: { value: name, configurable: true, writable: true },
    stack: { value: stack, configurable: true, writable: true },
  })
}

const cures: readonly (readonly [RegExp, (message: string) => string])[] = [
  [
    /NOPERM/,
    (said) =>
      `The user of Redis lacks a permission that BullMQ needs: allow its keys and all commands on them (${said}).`,
  ],
  [
    /NOAUTH|WRONGPASS|^28P01 |^28000 /,
    (said) => `The store refuses the login: check user and password (${said}).`,
  ],
  [
    /Redis version needs/,
    (said) => `Redis is too old: the fleet needs Redis 6.2 or newer, or Valkey (${said}).`,
  ],
  [/unknown command/i, (said) => `Redis is too old or lacks a command that BullMQ needs (${said}).`],
  [
    /UnsupportedPostgresVersion/,
    (said) => `PostgreSQL is too old: the fleet needs PostgreSQL 13 or newer (${said}).`,
  ],
  [
    /^42501 |permission denied/,
    (said) =>
      `The user of PostgreSQL lacks a permission: grant it CREATE on the database, or run the migrations of BullMQ as its owner (${said}).`,
  ],
  [
    /SchemaMigrationRequired/,
    (said) =>
      `The database lacks the tables of BullMQ: pass \`postgres: { …, migrate: true }\`, or call \`runMigrations()\` of BullMQ first if you pass a pool (${said}).`,
  ],
  [
    /SchemaVersionMismatch/,
    (said) => `A newer BullMQ has changed the tables: install that version (${said}).`,
  ],
  [/optional 'ioredis'/, () => 'The fleet needs the package ioredis for Redis: run `npm install ioredis`.'],
  [
    /(optional|load).*\bpg\b|\bpg\b.*(package|driver|install)/i,
    () => 'The fleet needs the package pg for PostgreSQL: run `npm install pg`.',
  ],
]
