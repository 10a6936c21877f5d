import { types } from 'node:util'
import type { ExternalTask } from '@runwell/core'

type Job = (...args: unknown[]) => unknown

class UnusedGenerator extends Error {
  readonly generator: unknown

  constructor(generator: unknown) {
    super(
      'The job returned a generator, so the code of the generator did not run. Use a function that is not a generator function.',
    )
    this.generator = generator
  }
}

/**
 * Like `task.wrap(job)`, for a library that ignores what its job returns. If the job returns a generator, its code
 * never runs. So the run fails, but the library gets the generator, as without Runwell.
 */
export function wrapJob(task: ExternalTask, job: Job): Job {
  const call = task.wrap(function (this: unknown, ...args: unknown[]): unknown {
    const returned: unknown = Reflect.apply(job, this, args)
    if (types.isGeneratorObject(returned)) throw new UnusedGenerator(returned)
    return returned
  })
  // A proxy also has the name and the other properties of the job.
  return new Proxy(job, {
    apply(_, self, args): unknown {
      try {
        return Reflect.apply(call, self, args)
      } catch (error) {
        if (error instanceof UnusedGenerator) return error.generator
        throw error
      }
    },
  })
}
