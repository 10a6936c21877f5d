/** Prints the result of a measured program as one line of JSON, for `inFreshProcess` to read. */
export function print<Output>(output: Output): void {
  console.log(JSON.stringify(output))
}
