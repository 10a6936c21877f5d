// Whoever started this process may be killed without a chance to pass that on. Then it ends in order, by itself,
// instead of living on with its ports taken.
const parent = process.ppid

const watch = setInterval(() => {
  if (process.ppid === parent) return
  clearInterval(watch)
  process.kill(process.pid, 'SIGTERM')
}, 1000).unref()
