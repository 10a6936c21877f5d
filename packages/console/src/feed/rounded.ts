/** Rounds to the microsecond, because more digits make long lists of JSON much longer. */
export function rounded<Value extends number | undefined>(ms: Value): Value {
  return (ms === undefined ? undefined : Math.round(ms * 1_000) / 1_000) as Value
}
