// What the scenarios share: a supervisor whose ends of runs are counted a second time, by an observer. Core is imported
// when a scenario is played: the list of them is read where the built packages are not asked for.

/** A supervisor that has started, and the ends of runs that its observers were told. */
export async function stage({ observers = [] } = {}) {
  const { Supervisor } = await import('@runwell/core')
  const heard = { ended: 0, observerFailed: 0 }
  const ear = {
    name: 'ear',
    onEvent(event) {
      if (event.type === 'run.ended') heard.ended++
      else if (event.type === 'observer.failed') heard.observerFailed++
    },
  }
  const supervisor = new Supervisor({ observers: [...observers, ear] })
  await supervisor.start()
  return { supervisor, heard }
}

/** A task that runs when it is asked to. */
export function task(supervisor, run, name = 'task') {
  return supervisor.register({ name, run })
}

/** What was done, where each of `failed` runs failed and none did anything else. */
export const allFailed = (failed) => ({ started: failed, failed })
export const allSucceeded = (succeeded) => ({ started: succeeded, succeeded })

/** How many classes of errors are told apart, and whether their counts add up. */
export function classes(handle) {
  const counts = [...handle.metrics().errors.values()]
  return { classes: counts.length, errors: counts.reduce((sum, count) => sum + count, 0) }
}

/** Bytes of the texts that are kept of a task's errors. */
export function textsKept(handle) {
  const { lastError } = handle.metrics()
  return JSON.stringify([lastError, handle.history()]).length
}
