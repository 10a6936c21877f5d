/**
 * A web page, an HTTP API and a command that show the tasks of a supervisor and control them.
 * @packageDocumentation
 */
export type { Authorize, SignedIn } from './access/gate.ts'
export type { Action, Links } from './api/types.ts'
export type { Console, ConsoleOptions } from './create-console.ts'
export { createConsole } from './create-console.ts'
export type { Redact } from './feed/redact.ts'
export type { Listening, ListenOptions } from './server/listen.ts'
export type { NodeHandler } from './server/node-bridge.ts'
