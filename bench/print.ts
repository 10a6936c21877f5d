export function print<Output>(output: Output): void {
  console.log(JSON.stringify(output))
}
