const million = 'x'.repeat(1_000_000)

export function longError(megabytes: number, number: number): Error {
  return new Error(`${number} ${million.repeat(megabytes)}`)
}

export function errorOfClass(number: number): Error {
  const name = `Error${number}`
  const { [name]: OwnError = Error } = { [name]: class extends Error {} }
  const error = new OwnError('of a class of its own')
  if (number % 2 === 0) error.name = name
  return error
}

export function deepCause(depth: number): Error {
  let error = new Error('root')
  for (let level = 0; level < depth; level++) error = new Error(`level ${level}`, { cause: error })
  return error
}

export function aggregate(size: number): AggregateError {
  return new AggregateError(
    Array.from({ length: size }, (_, index) => new Error(`part ${index}`)),
    'many at once',
  )
}

function refuse(): never {
  throw new Error('this may not be read')
}

function guarded(): unknown {
  const error = new Error('guarded')
  for (const key of ['name', 'message', 'stack', 'cause', 'constructor']) {
    Object.defineProperty(error, key, { get: refuse })
  }
  return error
}

function trapped(): unknown {
  return new Proxy(new Error('trapped'), {
    get: refuse,
    getPrototypeOf: refuse,
    has: refuse,
    ownKeys: refuse,
  })
}

function halfTrapped(): unknown {
  return new Proxy(new Error('half trapped'), { get: refuse, has: refuse, ownKeys: refuse })
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable(new Error('revoked'), {})
  revoke()
  return proxy
}

function oddlyTyped(): unknown {
  const error = new Error('odd')
  for (const key of ['name', 'message', 'stack']) Object.defineProperty(error, key, { value: Symbol(key) })
  return error
}

function classless(): unknown {
  return Object.setPrototypeOf(new Error('classless'), null)
}

function cyclic(): unknown {
  const error = new Error('cyclic')
  error.cause = error
  return Object.assign(error, { errors: [error] })
}

function cyclicObject(): unknown {
  const thrown: { self?: unknown } = {}
  thrown.self = thrown
  return thrown
}

const unusual: Readonly<Record<string, () => unknown>> = {
  guarded,
  trapped,
  halfTrapped,
  revoked,
  oddlyTyped,
  classless,
  cyclic,
  cyclicObject,
  undefined: () => undefined,
  null: () => null,
  symbol: () => Symbol('thrown'),
  bigint: () => 10n ** 30n,
  function: () => refuse,
  text: () => million,
  object: () => ({ text: million }),
  unshowable: () => ({ toJSON: refuse, toString: refuse, [Symbol.toPrimitive]: refuse }),
  frozen: () => Object.freeze(new Error('frozen')),
  noStack: () => Object.assign(new Error('no stack'), { stack: undefined }),
}

export const unusualKinds = Object.keys(unusual).length
const makers = Object.values(unusual)

export function unusualThrown(number: number): unknown {
  return makers[number % makers.length]?.()
}
