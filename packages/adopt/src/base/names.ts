/** The longest name of a task. */
const maxLength = 120

/** Turns the name of a job in a host library into a valid name of a task; `undefined` if no valid character is left. */
export function taskName(text: string | null | undefined): string | undefined {
  const name = (text ?? '')
    .replace(/[^A-Za-z0-9_.:/-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, maxLength)
  return name === '' ? undefined : name
}

/** The name followed by a number, for a further job of the same name. */
export function numbered(name: string, number: number): string {
  const end = `-${number}`
  return `${name.slice(0, maxLength - end.length)}${end}`
}

/** The file and line that called `callee`, such as `jobs.ts:12`; `undefined` if the platform does not provide it. */
export function callSite(callee: (...args: never[]) => unknown): string | undefined {
  const holder: { stack?: string } = {}
  Error.captureStackTrace?.(holder, callee)
  const [frame = ''] = holder.stack?.split('\n').slice(1) ?? []
  const [, file, line] = /([^\s()/\\]+):(\d+):\d+\)?$/.exec(frame) ?? []
  return taskName(file && `${file.replace(/\?.*$/, '')}:${line}`)
}
