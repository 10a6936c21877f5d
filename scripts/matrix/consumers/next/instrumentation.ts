export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { startBackground } = await import('./background.ts')
  await startBackground()
}
