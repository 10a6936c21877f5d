import { type ExternalTask, type HealthRule, type Judgement, rule } from '@runwell/core'
import type { BossLike } from './boss-like.ts'

/** How often the database is asked. */
const everyMs = 10_000
const again: Judgement = { kind: 'fine', recheckInMs: everyMs }

/**
 * A rule that asks the database whether it is there, and tells the task. pg-boss does not say when a lost connection is
 * back, and its event `error` must not be listened to: without a listener, it ends the process.
 */
export function askDatabase(boss: BossLike, taskOf: () => ExternalTask | undefined): HealthRule {
  let isAsking = false
  const ask = async (): Promise<void> => {
    const database = boss.getDb()
    // Before `start()`, version 10 answers without having asked, and version 12 with an error.
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
