// @ts-check
// The process that started this one may be killed without a chance to pass that on. This process then shuts down by
// itself; otherwise it would live on and keep its ports.
const parent = process.ppid

const watch = setInterval(() => {
  if (process.ppid === parent) return
  clearInterval(watch)
  process.kill(process.pid, 'SIGTERM')
}, 1000).unref()
