import { describe, expect, it } from 'vitest'
import { Child } from './programs/child.ts'

describe('an instrumented function whose promise rejects', { timeout: 30_000 }, () => {
  it('ends the process if the rejection is not handled, with its error', async () => {
    const { code, output } = await new Child('unawaited', 'end').ended()

    expect(code).toBe(1)
    expect(output).toContain('Error: boom')
  })

  it('leaves as many rejections unhandled as the function itself, however its promise is used', async () => {
    const { output } = await new Child('unawaited').ended()
    const lines = output.trim().split('\n')
    const expectedOf = (text: string): string => {
      if (text.endsWith('is ignored twice')) return text.startsWith('cached') ? '1 1' : '2 2'
      return text.endsWith('is ignored') || text.endsWith('has only a then') ? '1 1' : '0 0'
    }

    expect(lines).toHaveLength(6 * 12)
    expect(
      lines.filter((line) => line !== `${line.split(':')[0]}: ${expectedOf(line.split(':')[0] ?? '')}`),
    ).toEqual([])
  })
})
