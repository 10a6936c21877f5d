import { InvalidOptionError } from '../base/errors.ts'
import { anObject, check, reading } from '../base/options.ts'
import { processWide } from '../base/process-wide.ts'
import { isTaskName } from './of-task.ts'
import type { TaskBehavior, TaskOptions } from './options.ts'

/** Options of a task whose `run` is a method. */
export interface MethodTaskOptions<This = object> extends TaskBehavior, Pick<TaskOptions, 'schedule'> {
  /**
   * The name of the task, or a function that gets the instance and returns the name. Needed if a class has several
   * instances, or if a build shortens class names.
   * @defaultValue `ClassName.method`, with the class of the instance
   */
  readonly name?: string | ((instance: This) => string) | undefined
}

export interface MethodTask {
  readonly method: string | symbol
  readonly isPrivate: boolean
  /** The options, or a function that gets the instance and returns the options. */
  readonly options: unknown
  readonly get: (instance: object) => unknown
}

/**
 * Maps an instance to its marked methods, and a class to its marked static methods. It is shared by the whole
 * process, because a program may load this package twice.
 */
function marked(): WeakMap<object, MethodTask[]> {
  return processWide('method-tasks', () => new WeakMap<object, MethodTask[]>())
}

export function addMethodTask(instance: object, task: MethodTask): void {
  const tasks = marked().get(instance)
  if (tasks === undefined) marked().set(instance, [task])
  else tasks.push(task)
}

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

/** Returns `type` after all classes that `type` extends. */
function classesOf(type: object): readonly object[] {
  const classes: object[] = []
  for (let each: object | null = type; typeof each === 'function'; each = Object.getPrototypeOf(each))
    classes.unshift(each)
  return classes
}

export function classNameOf(target: object): string | undefined {
  const type: unknown = typeof target === 'function' ? target : target.constructor
  const name: unknown = typeof type === 'function' ? type.name : undefined
  // A compiler that rewrites a class may put underscores in front of its name.
  const plain = typeof name === 'string' ? name.replace(/^_+/, '') : ''
  return plain === '' || plain === 'Object' ? undefined : plain
}

export function methodTaskOptions(instance: object, { method, options, get }: MethodTask): TaskOptions {
  const given = check<object>('task', typeof options === 'function' ? options(instance) : options, anObject)
  const { name, ...behavior } = reading('task', () => ({ ...(given as MethodTaskOptions) }))
  if ('run' in behavior) {
    const task = isTaskName(name) ? name : undefined
    throw new InvalidOptionError('run', 'left out, because the method is the run', behavior.run, task)
  }
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
