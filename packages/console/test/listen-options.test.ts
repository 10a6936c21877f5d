import { Server } from 'node:net'
import { expect, it, vi } from 'vitest'
import { askable } from './ask.ts'

it('says what to do if the port is in use', async () => {
  const { port } = await askable().console.listen({ port: 0 })

  await expect(askable().console.listen({ port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
    message:
      `listen EADDRINUSE: address already in use 127.0.0.1:${port}. ` +
      `Something else uses port ${port}: stop it, or let the console choose a free port with listen({ port: 0 })`,
  })
})

it('says what to do if the user may not use the port', async () => {
  const denied = Object.assign(new Error('listen EACCES: permission denied 127.0.0.1:80'), { code: 'EACCES' })
  const listen = vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server) {
    queueMicrotask(() => this.emit('error', denied))
    return this
  })
  const refused = askable().console.listen({ port: 80 })

  await expect(refused).rejects.toMatchObject({
    code: 'EACCES',
    message:
      'listen EACCES: permission denied 127.0.0.1:80. ' +
      'This user may not use port 80: pass a port from 1024, or let the console choose one with listen({ port: 0 })',
  })
  listen.mockRestore()
})

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
