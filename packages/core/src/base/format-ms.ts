/** Formats milliseconds as a short text: `250 ms`, `1.5 s`, `2 min`, `3 h`, `4 d`. */
export function formatMs(ms: number): string {
  const size = Math.abs(ms)
  if (!Number.isFinite(ms)) return String(ms)
  if (size < 1_000) return `${short(ms)} ms`
  if (size < 120_000) return `${short(ms / 1_000)} s`
  if (size < 7_200_000) return `${short(ms / 60_000)} min`
  if (size < 172_800_000) return `${short(ms / 3_600_000)} h`
  return `${short(ms / 86_400_000)} d`
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10)
}
