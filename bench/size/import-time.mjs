// Prints how long it takes to import one module in this fresh process, by the clock and in CPU time of all its threads.
const [began, usedBefore] = [performance.now(), process.cpuUsage()]
await import(process.argv[2])
const [ms, { user, system }] = [performance.now() - began, process.cpuUsage(usedBefore)]
console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1_000 }))
process.exit(0)
