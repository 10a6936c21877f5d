/** Bytes of heap in use after a full collection; needs `--expose-gc`. What finalisers let go is gone too. */
export async function heapInUse() {
  for (let pass = 0; pass < 4; pass++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    globalThis.gc()
  }
  return process.memoryUsage().heapUsed
}
