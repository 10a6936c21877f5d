/** The longest name of a task. */
const maxLength = 120

/** Turns the name that a host library has for a job into one that a task may have; `undefined` if nothing is left of it. */
export function taskName(text: string | null | undefined): string | undefined {
  const name = (text ?? '')
    .replace(/[^A-Za-z0-9_.:/-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, maxLength)
  return name === '' ? undefined : name
}

/** The name with a number behind it, for a further job of the same name. */
export function numbered(name: string, number: number): string {
  const end = `-${number}`
  return `${name.slice(0, maxLength - end.length)}${end}`
}

/** The file and line that called `callee`, such as `jobs.ts:12`; `undefined` if the platform does not tell. */
export function callSite(callee: (...args: never[]) => unknown): string | undefined {
  const holder: { stack?: string } = {}
  Error.captureStackTrace?.(holder, callee)
  const [frame = ''] = holder.stack?.split('\n').slice(1) ?? []
  const [, file, line] = /([^\s()/\\]+):(\d+):\d+\)?$/.exec(frame) ?? []
  return taskName(file && `${file.replace(/\?.*$/, '')}:${line}`)
}
