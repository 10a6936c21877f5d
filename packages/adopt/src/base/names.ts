const maxLength = 120

export function taskName(text: string | null | undefined): string | undefined {
  const name = (text ?? '')
    .replace(/[^A-Za-z0-9_.:/-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, maxLength)
  return name === '' ? undefined : name
}

export function numbered(name: string, number: number): string {
  const end = `-${number}`
  return `${name.slice(0, maxLength - end.length)}${end}`
}

/** Returns the file and line that called `callee`, such as `jobs.ts:12`. */
export function callSite(callee: (...args: never[]) => unknown): string | undefined {
  const holder: { stack?: string } = {}
  Error.captureStackTrace?.(holder, callee)
  const [frame = ''] = holder.stack?.split('\n').slice(1) ?? []
  const [, file, line] = /([^\s()/\\]+):(\d+):\d+\)?$/.exec(frame) ?? []
  return taskName(file && `${file.replace(/\?.*$/, '')}:${line}`)
}
