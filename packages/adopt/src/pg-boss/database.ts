import { type ExternalTask, type HealthRule, type Judgement, rule } from '@runwell/core'
import type { BossLike } from './boss-like.ts'

const everyMs = 10_000
const longestPauseMs = 300_000
const again: Judgement = { kind: 'fine', recheckInMs: everyMs }

/**
 * Returns a rule that never finds a problem. At each check, it asks the database, and reports to the task whether the
 * database responds. pg-boss has no event for a restored connection.
 *
 * The network can lose an answer without closing the connection. Then the query never settles and may hold a
 * connection of the pool. So the rule pauses after an unanswered query. Each further pause is twice as long, up to
 * `longestPauseMs`.
 */
export function askDatabase(boss: BossLike, taskOf: () => ExternalTask | undefined): HealthRule {
  let newest = 0
  let isWaiting = false
  let pauseMs = everyMs
  const ask = async (): Promise<void> => {
    const database = boss.getDb()
    // Before `start()` of pg-boss, `executeSql` does not reach the database, so the database is not asked.
    const isClosed = database.opened === false || (database.isOurs === true && !database.opened)
    if (isWaiting || isClosed) return
    isWaiting = true
    newest += 1
    const question = newest
    let timer = setTimeout(() => {
      timer = setTimeout(() => {
        isWaiting = false
      }, pauseMs).unref()
      pauseMs = Math.min(2 * pauseMs, longestPauseMs)
      taskOf()?.down(new Error(`the database has not answered for ${everyMs / 1_000} s`))
    }, everyMs).unref()
    /** Ignores the answer to an earlier question, because it may be minutes old. */
    const answered = (report: (task: ExternalTask | undefined) => void): void => {
      if (question !== newest) return
      clearTimeout(timer)
      isWaiting = false
      pauseMs = everyMs
      report(taskOf())
    }
    try {
      await database.executeSql('SELECT 1', [])
      answered((task) => task?.up())
    } catch (error) {
      answered((task) => task?.down(error))
    }
  }
  return Object.freeze({
    ...rule('database', () => undefined),
    describe: () =>
      'asks the database of pg-boss whether it responds: every 10 s, and less often after a query without an answer',
    judge(): Judgement {
      void ask()
      return again
    },
  })
}
