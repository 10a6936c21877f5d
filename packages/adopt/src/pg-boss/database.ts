import { type ExternalTask, type HealthRule, type Judgement, rule } from '@runwell/core'
import type { BossLike } from './boss-like.ts'

const everyMs = 10_000
const again: Judgement = { kind: 'fine', recheckInMs: everyMs }

/**
 * Returns a rule that never finds a problem. At each check, it asks the database, and reports to the task whether the
 * database responds. pg-boss has no event for a restored connection.
 */
export function askDatabase(boss: BossLike, taskOf: () => ExternalTask | undefined): HealthRule {
  let isAsking = false
  const ask = async (): Promise<void> => {
    const database = boss.getDb()
    // Before `start()` of pg-boss, `executeSql` does not reach the database, so the database is not asked.
    const isClosed = database.opened === false || (database.isOurs === true && !database.opened)
    if (isAsking || isClosed) return
    isAsking = true
    // The network can lose an answer without closing the connection.
    const silence = setTimeout(
      () => taskOf()?.down(new Error(`the database has not answered for ${everyMs / 1_000} s`)),
      everyMs,
    ).unref()
    try {
      await database.executeSql('SELECT 1', [])
      taskOf()?.up()
    } catch (error) {
      taskOf()?.down(error)
    } finally {
      clearTimeout(silence)
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
