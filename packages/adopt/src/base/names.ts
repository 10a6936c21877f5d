const maxLength = 120

/** Turns the name of a job into a valid task name. Returns `undefined` if no valid character is left. */
export function taskName(text: string | null | undefined): string | undefined {
  const name = (text ?? '')
    .replace(/[^A-Za-z0-9_.:/-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, maxLength)
  return name === '' ? undefined : name
}

/** Adds a number to a task name. Shortens a long name for that. */
export function numbered(name: string, number: number): string {
  const end = `-${number}`
  return `${name.slice(0, maxLength - end.length)}${end}`
}

/** Returns which line called `callee`, such as `jobs.ts:12`. `undefined` if the call stack does not show that. */
export function callSite(callee: (...args: never[]) => unknown): string | undefined {
  const holder: { stack?: string } = {}
  Error.captureStackTrace?.(holder, callee)
  const [frame = ''] = holder.stack?.split('\n').slice(1) ?? []
  const [, file, line] = /([^\s()/\\]+):(\d+):\d+\)?$/.exec(frame) ?? []
  return taskName(file && `${file.replace(/\?.*$/, '')}:${line}`)
}
