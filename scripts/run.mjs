import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

/** The folder this repository lives in. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** One key press reaches us twice within this time: from the terminal, and passed on by npm. */
const ECHO_MS = 300

/**
 * Runs a command in a session of its own and answers its exit code, 128 + n after signal n.
 *
 * In a session of its own, because Ctrl-C goes to the whole foreground group and npm passes it on as well: the program
 * would be told two or three times, and a second signal means "hurry". This way it hears what we pass on, once each.
 */
export function run([command, ...args], { wholeGroup = false, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', detached: true, ...options })
    const tell = (signal) => {
      try {
        process.kill(wholeGroup ? -child.pid : child.pid, signal)
      } catch {
        // It has just ended, which is being reported to us.
      }
    }
    const forget = forward(tell)
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      forget()
      resolve(code ?? 128 + constants.signals[signal])
    })
  })
}

/** Passes this process's signals on through `tell`. Returns how to stop doing so. */
function forward(tell) {
  const lastAt = new Map()
  const once = (signal) => {
    const now = performance.now()
    if (now - (lastAt.get(signal) ?? -Infinity) < ECHO_MS) return
    lastAt.set(signal, now)
    tell(signal)
  }
  // Ctrl-Z: the program is not in the terminal's foreground group, so it has to be stopped by hand.
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
