import { takes } from './options.ts'

/** Accepts the address of a console, such as `https://shop.example.com/ops`. */
export const aWebAddress = takes<string>(
  "an address that begins with http:// or https:// and has no '#', such as 'https://shop.example.com/ops'",
  (value) => typeof value === 'string' && value.length <= 500 && /^https?:\/\/[^\s#]+$/i.test(value),
)

/** Returns the address of the page about a task. `consoleUrl` is the address of the console. */
export function pageOfTask(consoleUrl: string, task: string): string {
  return `${consoleUrl.replace(/\/+$/, '')}/#/task/${encodeURIComponent(task)}`
}
