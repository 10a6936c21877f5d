/**
 * The standard decorator `@task`, for classes.
 *
 * @packageDocumentation
 */
export type { MethodTaskOptions } from '../task/method-tasks.ts'
export { task } from './task.ts'
