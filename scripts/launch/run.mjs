// @ts-check
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** One Ctrl-C can arrive twice, from the terminal and from npm. A repetition within this time is ignored. */
const ECHO_MS = 300

/**
 * Runs a command in a separate session. Resolves with its exit code, or with 128 + n after signal n.
 *
 * The terminal and npm both pass Ctrl-C on, and Runwell shortens its stop at a second SIGINT. In a separate session,
 * the command receives each signal once. With `wholeGroup`, its child processes receive the signal, too.
 *
 * @param {readonly string[]} commandLine
 * @param {import('node:child_process').SpawnOptions & { readonly wholeGroup?: boolean }} [options]
 * @returns {Promise<number>}
 */
export function run([command = '', ...args], { wholeGroup = false, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', detached: true, ...options })
    /** @param {NodeJS.Signals} signal */
    const tell = (signal) => {
      if (child.pid === undefined) return
      try {
        process.kill(wholeGroup ? -child.pid : child.pid, signal)
      } catch {
        // The process has just ended. Its exit event follows.
      }
    }
    const forget = forward(tell)
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      forget()
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
}

/**
 * Passes the signals of this process to `tell`. Returns a function that removes the listeners.
 *
 * @param {(signal: NodeJS.Signals) => void} tell
 * @returns {() => void}
 */
function forward(tell) {
  /** @type {Map<NodeJS.Signals, number>} */
  const lastAt = new Map()
  /** @param {NodeJS.Signals} signal */
  const once = (signal) => {
    const now = performance.now()
    if (now - (lastAt.get(signal) ?? -Infinity) < ECHO_MS) return
    lastAt.set(signal, now)
    tell(signal)
  }
  // The program is not in the session of the terminal, so Ctrl-Z reaches only this process.
  const suspend = () => {
    tell('SIGSTOP')
    process.kill(process.pid, 'SIGSTOP')
  }
  const handlers = {
    SIGINT: once,
    SIGTERM: once,
    SIGHUP: once,
    SIGQUIT: once,
    SIGWINCH: tell,
    SIGCONT: tell,
    SIGTSTP: suspend,
  }
  for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler)
  return () => {
    for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler)
  }
}
