import { InvalidOptionError } from '../base/errors.ts'
import { anObject } from '../base/options.ts'
import { addMethodTask, type MethodTaskOptions } from '../task/method-tasks.ts'
import type { RunContext } from '../task/run-context.ts'

/**
 * Marks a method as a task. `supervisor.discover(instance)` registers the marked methods of an instance.
 * `supervisor.discover(Class)` registers the marked static methods of a class. A marked method may be private. It
 * gets the context of its run as its argument.
 *
 * If a subclass overrides a marked method, the new method is a task with the same options. With TypeScript's
 * `experimentalDecorators`, this decorator throws an error.
 *
 * @param options - the options of the task, or a function that gets the instance and returns the options
 * @example
 * class Feeds {
 *   \@task({ schedule: every('30s'), timeout: '10s' })
 *   async poll({ signal }: RunContext) { … }
 * }
 * supervisor.discover(new Feeds()) // registers 'Feeds.poll'
 */
export function task<This extends object = object>(
  options: MethodTaskOptions<This> | ((instance: This) => MethodTaskOptions<This>) = {},
  ...misplaced: never[]
): <Self extends This>(
  method: (this: Self, context: RunContext<never>) => unknown,
  context: ClassMethodDecoratorContext<Self>,
) => void {
  if (misplaced.length > 0) throw wrongUse('@task()', 'called: write @task() instead of @task')
  if (typeof options !== 'function' && !anObject.fits(options))
    throw new InvalidOptionError('@task', 'given an object of options', options)
  return (_method, context: unknown) => {
    if (typeof context !== 'object' || context === null || !('kind' in context))
      throw wrongUse(
        '@task',
        'a standard decorator, but it was called as a legacy one. Remove `experimentalDecorators` from tsconfig.json, or register the method: supervisor.register({ name, run: (context) => instance.method(context) })',
      )
    const { kind, name, private: isPrivate, access, addInitializer } = context as ClassMethodDecoratorContext
    if (kind !== 'method')
      throw wrongUse(
        '@task',
        `on a method, got a ${String(kind)}: \`this\` is bound, so no arrow function is needed`,
      )
    const get = (instance: object): unknown =>
      isPrivate ? access.get(instance) : Reflect.get(instance, name)
    // For a static method, this function is called once, with the class as `this`.
    addInitializer(function (this: unknown) {
      addMethodTask(this as object, { method: name, isPrivate, options, get })
    })
  }
}

function wrongUse(option: string, expected: string): InvalidOptionError {
  return new InvalidOptionError(
    option,
    expected,
    undefined,
    undefined,
    `Expected ${option} to be ${expected}`,
  )
}
