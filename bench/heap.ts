/** Returns the bytes of heap in use, after several full collections. Needs `--expose-gc`. */
export async function heapInUse(): Promise<number> {
  for (let pass = 0; pass < 4; pass++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    collectGarbage()
  }
  return process.memoryUsage().heapUsed
}

export function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('Run this with --expose-gc')
  void globalThis.gc()
}
