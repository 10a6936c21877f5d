/**
 * The standard decorator `@task`, for code that is organised in classes.
 *
 * @packageDocumentation
 */
export type { MethodTaskOptions } from '../task/method-tasks.ts'
export { task } from './task.ts'
