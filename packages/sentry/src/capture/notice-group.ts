import { errorName } from '@runwell/core/adapter'
import type { SentryLevel } from '../sdk/sentry-like.ts'
import { type Notice, type NoticeKind, syntheticError } from './notice.ts'

const levels: readonly SentryLevel[] = ['debug', 'info', 'log', 'warning', 'error', 'fatal']
/** Sentry keeps 16 KB of an extra. That is enough for a hundred of the longest task names. */
const namesPerExtra = 100
const namesInTitle = 3

export class NoticeGroup {
  readonly #members = new Map<string, Notice>()

  get tasks(): number {
    return this.#members.size
  }

  add(notice: Notice): void {
    const name = notice.info?.name ?? `(${notice.kind})`
    this.#members.delete(name)
    this.#members.set(name, notice)
  }

  join(other: NoticeGroup): void {
    for (const [name, notice] of other.#members) this.#members.set(name, notice)
  }

  /** Call this only if all notices of the group have the same kind and the same error name. */
  outageNotice(): Notice {
    const [first] = this.#notices()
    const names = [...this.#members.keys()]
    const kind = first?.kind ?? 'failure'
    const error = typeof first?.what === 'object' ? first.what : undefined
    return {
      ...this.#common('outage', names),
      what: syntheticError(
        'TaskOutage',
        `${names.length} tasks ${verbOf(kind, error)}: ${title(names)}`,
        error,
      ),
      fingerprint: ['runwell', 'outage', kind, error ? errorName(error) : ''],
      tags: { 'runwell.tasks': String(names.length), 'runwell.error': error && errorName(error) },
    }
  }

  overflowNotice(): Notice {
    const [first, ...others] = this.#notices()
    if (first && others.length === 0) return first
    const names = [...this.#members.keys()]
    const lines = [...this.#members].map(([name, notice]) => {
      const what = typeof notice.what === 'string' ? '' : `: ${errorName(notice.what)}`
      return `${name} (${notice.kind}${what})`
    })
    return {
      ...this.#common('overflow', lines),
      what: syntheticError(
        'TooManyReports',
        `Reports on ${names.length} tasks exceeded the event budget: ${title(names)}`,
      ),
      fingerprint: ['runwell', 'overflow'],
      tags: { 'runwell.tasks': String(names.length) },
    }
  }

  #common(kind: NoticeKind, lines: readonly string[]) {
    const infos = this.#notices().flatMap(({ info }) => (info ? [info] : []))
    return {
      kind,
      info: undefined,
      level: this.#worst(),
      handled: this.#notices().every(({ handled }) => handled),
      context: {
        tasks: this.tasks,
        owners: [...new Set(infos.map(({ owner }) => owner))].slice(0, 50),
      },
      extras: listed(lines),
    }
  }

  #worst(): SentryLevel {
    const ranks = this.#notices().map(({ level }) => levels.indexOf(level))
    return levels[Math.max(...ranks, 0)] ?? 'error'
  }

  #notices(): Notice[] {
    return [...this.#members.values()]
  }
}

function verbOf(kind: NoticeKind, error: Error | undefined): string {
  const how = error ? ` with ${errorName(error)}` : ''
  if (kind === 'failure') return `failed${how}`
  if (kind === 'unhealthy') return 'became unhealthy'
  if (kind === 'recovery') return 'have recovered'
  return `${kind.replace('-', ' ')}${how}`
}

function title(names: readonly string[]): string {
  const shown = names.slice(0, namesInTitle).join(', ')
  return names.length > namesInTitle ? `${shown} and ${names.length - namesInTitle} more` : shown
}

function listed(lines: readonly string[]): Record<string, string[]> {
  const extras: Record<string, string[]> = {}
  for (let from = 0; from < lines.length; from += namesPerExtra) {
    const chunk = lines.slice(from, from + namesPerExtra)
    extras[`tasks ${from + 1} to ${from + chunk.length}`] = chunk
  }
  return extras
}
