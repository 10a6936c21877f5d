/** Moves the wall clock by `ms`. Timers and the monotonic clock do not change. */
export function moveWallClock(ms: number): void {
  const Real = Date
  class Moved extends Real {
    constructor(...args: unknown[]) {
      if (args.length === 0) super(Real.now() + ms)
      else super(...(args as [number]))
    }

    static override now(): number {
      return Real.now() + ms
    }
  }
  globalThis.Date = Moved as unknown as DateConstructor
}
