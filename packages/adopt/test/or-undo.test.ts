import { setImmediate } from 'node:timers/promises'
import { afterEach, expect, it, vi } from 'vitest'
import { orUndo } from '../src/base/or-undo.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const refuse = (): never => {
  throw new Error('`priority` is invalid')
}

it.each<[string, () => unknown]>([
  ['rejects', () => Promise.reject(new Error('destroy timed out'))],
  [
    'throws',
    () => {
      throw new Error('destroy timed out')
    },
  ],
])('throws the error of the call when its undo %s, and warns that the undo failed', async (_, undo) => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const rejections: unknown[] = []
  const listener = (reason: unknown): void => void rejections.push(reason)
  process.on('unhandledRejection', listener)

  expect(() => orUndo(refuse, undo)).toThrow('`priority` is invalid')
  await setImmediate()
  process.off('unhandledRejection', listener)

  expect(rejections).toEqual([])
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    'Runwell: a call failed (Error: `priority` is invalid), and undoing it failed too: Error: destroy timed out',
    'RunwellWarning',
  )
})

it('undoes before it throws, so that a timer of the failed call cannot fire', () => {
  const undo = vi.fn()

  expect(() => orUndo(refuse, undo)).toThrow('`priority` is invalid')
  expect(undo).toHaveBeenCalledOnce()
})

it('returns the result of a call that succeeds, and does not undo it', () => {
  const undo = vi.fn()

  expect(orUndo(() => 'done', undo)).toBe('done')
  expect(undo).not.toHaveBeenCalled()
})
