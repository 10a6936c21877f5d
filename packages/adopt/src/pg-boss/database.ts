import { type ExternalTask, type HealthRule, type Judgement, rule } from '@runwell/core'
import type { BossLike } from './boss-like.ts'

/** How often a query is sent to the database. */
const everyMs = 10_000
const again: Judgement = { kind: 'fine', recheckInMs: everyMs }

/**
 * A rule that checks whether the database responds, and reports it to the task. pg-boss has no event for a connection
 * that is back. Its event `error` can't be used either: in an application without a listener, that event ends the
 * process. A listener of Runwell would change that.
 */
export function askDatabase(boss: BossLike, taskOf: () => ExternalTask | undefined): HealthRule {
  let isAsking = false
  const ask = async (): Promise<void> => {
    const database = boss.getDb()
    // Before `start()`, `executeSql` does not reach the database: it returns in version 10, and throws in version 12.
    const isClosed = database.opened === false || (database.isOurs === true && !database.opened)
    if (isAsking || isClosed) return
    isAsking = true
    try {
      await database.executeSql('SELECT 1', [])
      taskOf()?.up()
    } catch (error) {
      taskOf()?.down(error)
    } finally {
      isAsking = false
    }
  }
  return Object.freeze({
    ...rule('database', () => undefined),
    describe: () => 'asks the database of pg-boss every 10 s whether it is there',
    judge(): Judgement {
      void ask()
      return again
    },
  })
}
