import { expect, it } from 'vitest'
import { askable } from './ask.ts'

it.each<[unknown, string]>([
  [4777, 'Expected `listen` to be an object of options, got 4777'],
  [null, 'Expected `listen` to be an object of options, got null'],
  [{ prot: 4777 }, "Unknown option 'prot' of `listen`. Did you mean 'port'?"],
  [{ port: 99_999 }, 'Expected `listen.port` to be a whole number from 0 to 65535, got 99999'],
  [{ port: '4777' }, "Expected `listen.port` to be a whole number from 0 to 65535, got '4777'"],
  [{ socket: '' }, "Expected `listen.socket` to be a non-empty string, got ''"],
])(
  'listen(%j) is refused, because the console would not be where the caller expects it',
  async (options, message) => {
    const { console } = askable()

    await expect(console.listen(options as never)).rejects.toMatchObject({
      code: 'RUNWELL_INVALID_OPTION',
      message,
    })
    await console.close()
  },
)
