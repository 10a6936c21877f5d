// @ts-check
// Ends the program if its parent is killed. A killed parent cannot pass a signal on.
// Without this check, the program would continue and keep its ports.
const parent = process.ppid

const watch = setInterval(() => {
  if (process.ppid === parent) return
  clearInterval(watch)
  process.kill(process.pid, 'SIGTERM')
}, 1000).unref()
