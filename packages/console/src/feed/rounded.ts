/** Rounds a duration to the microsecond. More digits are noise, and they make up much of the JSON of a long list. */
export function rounded<Value extends number | undefined>(ms: Value): Value {
  return (ms === undefined ? undefined : Math.round(ms * 1_000) / 1_000) as Value
}
