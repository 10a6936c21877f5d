// @ts-check
// If the process that started this one is killed, it cannot pass a signal on. This process then shuts down by itself.
// Otherwise it would continue and keep its ports.
const parent = process.ppid

const watch = setInterval(() => {
  if (process.ppid === parent) return
  clearInterval(watch)
  process.kill(process.pid, 'SIGTERM')
}, 1000).unref()
