// Errors that nobody should throw.

const million = 'x'.repeat(1_000_000)

/** An error whose message is `megabytes` long, and unlike any other. */
export function longError(megabytes, number) {
  return new Error(`${number} ${million.repeat(megabytes)}`)
}

/** A class of its own, half of them with a name that they set themselves. */
export function errorOfClass(number) {
  const name = `Error${number}`
  const error = new { [name]: class extends Error {} }[name]('of a class of its own')
  if (number % 2 === 0) error.name = name
  return error
}

/** The last of a chain of `depth` causes. */
export function deepCause(depth) {
  let error = new Error('root')
  for (let level = 0; level < depth; level++) error = new Error(`level ${level}`, { cause: error })
  return error
}

export function aggregate(size) {
  return new AggregateError(
    Array.from({ length: size }, (_, index) => new Error(`part ${index}`)),
    'many at once',
  )
}

function refuse() {
  throw new Error('this may not be read')
}

/** Reading anything of it throws. */
function guarded() {
  const error = new Error('guarded')
  for (const key of ['name', 'message', 'stack', 'cause', 'constructor']) {
    Object.defineProperty(error, key, { get: refuse })
  }
  return error
}

function trapped() {
  return new Proxy(new Error('trapped'), {
    get: refuse,
    getPrototypeOf: refuse,
    has: refuse,
    ownKeys: refuse,
  })
}

function halfTrapped() {
  return new Proxy(new Error('half trapped'), { get: refuse, has: refuse, ownKeys: refuse })
}

function revoked() {
  const { proxy, revoke } = Proxy.revocable(new Error('revoked'), {})
  revoke()
  return proxy
}

function oddlyTyped() {
  const error = new Error('odd')
  for (const key of ['name', 'message', 'stack']) Object.defineProperty(error, key, { value: Symbol(key) })
  return error
}

function classless() {
  return Object.setPrototypeOf(new Error('classless'), null)
}

function cyclic() {
  const error = new Error('cyclic')
  error.cause = error
  error.errors = [error]
  return error
}

function cyclicObject() {
  const thrown = {}
  thrown.self = thrown
  return thrown
}

/** By what they are, each a maker. */
export const oddThings = {
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
