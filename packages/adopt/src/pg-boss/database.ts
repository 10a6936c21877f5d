import { type ExternalTask, type HealthRule, type Judgement, rule } from '@runwell/core'
import type { BossLike } from './boss-like.ts'

/** The time between two queries to the database. */
const everyMs = 10_000
const again: Judgement = { kind: 'fine', recheckInMs: everyMs }

/**
 * Returns a rule that queries the database and reports to the task whether the database responds. The rule itself never
 * finds a problem. Events of pg-boss would not do: it has no event for a connection that is back. Its event `error`
 * ends the process of an application without a listener, and a listener of Runwell would change that.
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
