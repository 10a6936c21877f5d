/**
 * The standard decorator `@task`, for methods of classes.
 *
 * @packageDocumentation
 */
export type { MethodTaskOptions } from '../task/method-tasks.ts'
export { task } from './task.ts'
