/** Returns `value` as text for an error. Passwords in addresses and values of keys such as `token` are hidden. */
export function show(value: unknown): string {
  try {
    if (typeof value === 'string') return `'${clip(withoutLogins(value))}'`
    if (typeof value === 'function') return clip(`function ${value.name || '(anonymous)'}`)
    if (typeof value === 'object' && value !== null) return clip(showObject(value))
    return clip(String(value))
  } catch {
    return 'a value that cannot be shown' // `toJSON` or `toString` threw, or the object contains itself.
  }
}

function showObject(value: object): string {
  if ('judge' in value && typeof value.judge === 'function' && 'name' in value)
    return `the rule ${show(value.name)}` // The functions of a health rule would be missing in its JSON.
  const json = withoutLogins(JSON.stringify(value, hideSecret) ?? String(value))
  const name: unknown = value.constructor?.name
  if (json === 'null' && name === 'Date') return 'an invalid Date'
  return json === '{}' && typeof name === 'string' && name !== '' && name !== 'Object' ? `a ${name}` : json
}

/**
 * Keys with one of these texts are secret. The last words may also begin harmless words, such as `tokenizer`, so they
 * must be at the end of a word, as in `accesstoken`.
 */
const secretWords =
  /pass ?w(?:or)?[dt]|pass ?phrase|secret|authorization|credential|(?:token|dsn|cookie|headers|api ?key)s?(?= |$)/
const betweenWords = /[^A-Za-z]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/

function hideSecret(key: string, value: unknown): unknown {
  return value !== undefined && value !== null && isSecret(key) ? '…' : value
}

function isSecret(key: string): boolean {
  return secretWords.test(key.split(betweenWords).join(' ').toLowerCase())
}

/** Hides the user and the password of each address, such as `redis://user:password@host`. */
function withoutLogins(text: string): string {
  return text.replace(/:\/\/[^\s"']*@/g, '://…@')
}

const maxKeys = 5

export function describeHidden(value: unknown): string {
  if (typeof value === 'string') {
    return `a text of ${value.length} characters${/\s$/.test(value) ? ' that ends with white space' : ''}`
  }
  if (value === null || value === undefined || typeof value === 'boolean') return String(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  if (Array.isArray(value)) return 'a list'
  try {
    const keys = Object.keys(value)
    if (keys.length === 0) return 'an object without keys'
    return `an object with ${keys.slice(0, maxKeys).map(show).join(', ')}${keys.length > maxKeys ? ', …' : ''}`
  } catch {
    return 'an object' // A proxy threw.
  }
}

function clip(text: string): string {
  if (text.length <= 200) return text
  // A slice would keep the whole long string in memory. `split` and `join` make a copy.
  return `${text.slice(0, 200).split('').join('')}…`
}
