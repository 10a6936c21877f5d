export { relative, span } from '../api/span.ts'

const sameDay = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
})
const otherDay = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
})
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long', hourCycle: 'h23' })

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** Hides a local time such as `04:00 Europe/Berlin` if the page shows this zone anyway. */
export function inOtherZone(local: string | undefined): string | undefined {
  return local?.endsWith(` ${zone}`) ? undefined : local
}

export function time(at: number, nowAt = Date.now()): string {
  const isToday = new Date(at).toDateString() === new Date(nowAt).toDateString()
  return (isToday ? sameDay : otherDay).format(at)
}

export function dateTime(at: number): string {
  return otherDay.format(at)
}

export function fullTime(at: number): string {
  return full.format(at)
}

export function count(number: number): string {
  return number.toLocaleString('en-US')
}

/** Leaves out half a surrogate pair at the end, because the browser would show a replacement character. */
export function beginning(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')
}
