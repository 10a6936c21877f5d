export type Point = readonly [x: number, y: number]

export function slope(points: readonly Point[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length
  let [over, under] = [0, 0]
  for (const [x, y] of points) {
    over += (x - meanX) * (y - meanY)
    under += (x - meanX) ** 2
  }
  return over / under
}

/** Returns the exponent k of y ~ x^k. 0 means constant, 1 means linear. */
export function exponent(points: readonly Point[]): number {
  return slope(points.map(([x, y]): Point => [Math.log(x), Math.log(y)]))
}
