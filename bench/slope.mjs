/** The slope of the straight line through `points`, pairs of x and y, by least squares. */
export function slope(points) {
  const mean = (place) => points.reduce((sum, point) => sum + point[place], 0) / points.length
  const [meanX, meanY] = [mean(0), mean(1)]
  let [over, under] = [0, 0]
  for (const [x, y] of points) {
    over += (x - meanX) * (y - meanY)
    under += (x - meanX) ** 2
  }
  return over / under
}

/** The exponent k of y ~ x^k: 0 is constant, 1 is linear. */
export function exponent(points) {
  return slope(points.map(([x, y]) => [Math.log(x), Math.log(y)]))
}
