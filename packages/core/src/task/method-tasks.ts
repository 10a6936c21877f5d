import { InvalidOptionError } from '../base/errors.ts'
import { anObject, check, reading } from '../base/options.ts'
import { processWide } from '../base/process-wide.ts'
import type { TaskBehavior, TaskOptions } from './options.ts'

/** Options of a task that is a method. The method is its `run`. */
export interface MethodTaskOptions<This = object> extends TaskBehavior, Pick<TaskOptions, 'schedule'> {
  /**
   * The name of the task, or a function of the instance that returns it. Set it if a class has several instances,
   * which need different names, or if a build minifies the name of the class.
   * @defaultValue `ClassName.method`, with the class of the instance
   */
  readonly name?: string | ((instance: This) => string) | undefined
}

/** A method that `@task` has marked. */
export interface MethodTask {
  readonly method: string | symbol
  readonly isPrivate: boolean
  /** The options, or a function of the instance that returns them. */
  readonly options: unknown
  /** Reads the method of an instance. */
  readonly get: (instance: object) => unknown
}

/**
 * Returns a map from each instance to its marked methods, and from each class to its marked static methods. The process
 * shares the map, because a program may load this package twice.
 */
function marked(): WeakMap<object, MethodTask[]> {
  return processWide('method-tasks', () => new WeakMap<object, MethodTask[]>())
}

export function addMethodTask(instance: object, task: MethodTask): void {
  const tasks = marked().get(instance)
  if (tasks === undefined) marked().set(instance, [task])
  else tasks.push(task)
}

/**
 * Returns the marked methods of an instance, or the marked static methods of a class. If a subclass marks a method
 * again, the options of the subclass apply.
 */
export function methodTasksOf(target: object): readonly MethodTask[] {
  const found = new Map<unknown, MethodTask>()
  for (const owner of typeof target === 'function' ? classesOf(target) : [target]) {
    for (const task of marked().get(owner) ?? []) {
      // A class can't read a private static method of a class that it extends.
      if (task.isPrivate && owner !== target) continue
      found.set(task.isPrivate ? task : task.method, task)
    }
  }
  return [...found.values()]
}

/** Returns a class and all classes that it extends, the base class first. */
function classesOf(type: object): readonly object[] {
  const classes: object[] = []
  for (let each: object | null = type; typeof each === 'function'; each = Object.getPrototypeOf(each))
    classes.unshift(each)
  return classes
}

/** Returns the name of a class or of an instance's class; `undefined` for an anonymous class or a plain object. */
export function classNameOf(target: object): string | undefined {
  const type: unknown = typeof target === 'function' ? target : target.constructor
  const name: unknown = typeof type === 'function' ? type.name : undefined
  // A compiler that rewrites a class may put underscores in front of its name.
  const plain = typeof name === 'string' ? name.replace(/^_+/, '') : ''
  return plain === '' || plain === 'Object' ? undefined : plain
}

/**
 * Returns the options with which a marked method is registered.
 * @throws {@link InvalidOptionError}, and what functions of the user throw
 */
export function methodTaskOptions(instance: object, { method, options, get }: MethodTask): TaskOptions {
  const given = check<object>('task', typeof options === 'function' ? options(instance) : options, anObject)
  const { name, ...behavior } = reading('task', () => ({ ...(given as MethodTaskOptions) }))
  if ('run' in behavior)
    throw new InvalidOptionError('run', 'left out, because the method is the run', behavior.run)
  return {
    ...behavior,
    name: typeof name === 'function' ? name(instance) : (name ?? defaultName(instance, method)),
    run: (context) => Reflect.apply(get(instance) as () => unknown, instance, [context]),
  }
}

function defaultName(instance: object, method: string | symbol): string {
  const className = classNameOf(instance)
  if (className !== undefined && typeof method === 'string') return `${className}.${method.replace(/^#/, '')}`
  const what = className === undefined ? 'the class' : 'the method'
  throw new InvalidOptionError(
    'name',
    `given to @task, because ${what} of ${String(method)} has no name`,
    undefined,
  )
}
