export function show(value: unknown): string {
  try {
    if (typeof value === 'string') return `'${clip(value)}'`
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
  const json = JSON.stringify(value) ?? String(value)
  const name: unknown = value.constructor?.name
  if (json === 'null' && name === 'Date') return 'an invalid Date'
  return json === '{}' && typeof name === 'string' && name !== '' && name !== 'Object' ? `a ${name}` : json
}

function clip(text: string): string {
  if (text.length <= 200) return text
  // A slice would keep the whole long string in memory. `split` and `join` make a copy.
  return `${text.slice(0, 200).split('').join('')}…`
}
