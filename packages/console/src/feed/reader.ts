import type { TaskDetail, TaskRow } from '../api/types.ts'

/** What a {@link Broadcast} reads from the supervisor. */
export interface Reader {
  row(task: string): TaskRow | undefined
  detail(task: string): TaskDetail | undefined
  process(): unknown
  /**
   * Returns the shared tasks whose fleet data has changed since the last call, for example because another process
   * ran them.
   */
  changedElsewhere(): readonly string[]
  /** Returns the results of `live()` and `ready()` as one text. If a result changes, the text changes. */
  probes(): string
}
