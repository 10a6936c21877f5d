export const dynamic = 'force-dynamic'

/** Next bundles routes separately from `instrumentation.ts`, so the task is on `globalThis`. */
export async function GET() {
  const { task } = globalThis.background
  return Response.json(await task.trigger())
}
