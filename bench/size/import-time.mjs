// Prints how long it takes to import one module in this fresh process.
const began = performance.now()
await import(process.argv[2])
console.log(JSON.stringify({ ms: performance.now() - began }))
process.exit(0)
