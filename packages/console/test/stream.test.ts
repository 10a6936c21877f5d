import { setImmediate } from 'node:timers/promises'
import { manual } from '@runwell/core'
import { expect, it } from 'vitest'
import type { StreamedEvent } from '../src/api/types.ts'
import { type Asked, askable } from './ask.ts'

interface Message {
  readonly name: string
  readonly id: string | undefined
  readonly data: unknown
}

async function streaming(
  keepEvents = 1_000,
): Promise<Asked & { open(headers?: Readonly<Record<string, string>>): Promise<Reader> }> {
  const asked = askable({ keepEvents })
  asked.supervisor.register({ name: 'mail', schedule: manual(), run: () => {} })
  await asked.supervisor.start()
  const open = async (headers: Readonly<Record<string, string>> = {}): Promise<Reader> =>
    new Reader(await asked.ask('events?types=task.paused,task.resumed', { headers }))
  return { ...asked, open }
}

class Reader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #waiting = ''
  bytes = 0

  constructor(response: Response) {
    this.#reader = (response.body as ReadableStream<Uint8Array>).getReader()
  }

  async next(...names: readonly string[]): Promise<Message | undefined> {
    for (;;) {
      const end = this.#waiting.indexOf('\n\n')
      if (end < 0) {
        const { value, done } = await this.#reader.read()
        if (done) return undefined
        this.bytes += value.byteLength
        this.#waiting += new TextDecoder().decode(value)
        continue
      }
      const text = this.#waiting.slice(0, end)
      this.#waiting = this.#waiting.slice(end + 2)
      const name = /^event: (.+)$/m.exec(text)?.[1]
      const data = /^data: (.+)$/m.exec(text)?.[1]
      if (name === undefined || data === undefined || !names.includes(name)) continue
      return { name, id: /^id: (.+)$/m.exec(text)?.[1], data: JSON.parse(data) as unknown }
    }
  }

  /** A message `reset` is in the list with its reason, as `reset: overrun`. */
  async rest(): Promise<readonly string[]> {
    const types: string[] = []
    for (
      let message = await this.next('events', 'reset');
      message;
      message = await this.next('events', 'reset')
    ) {
      if (message.name === 'reset') types.push(`reset: ${(message.data as { why: string }).why}`)
      else types.push(...(message.data as readonly StreamedEvent[]).map(({ type }) => type))
    }
    return types
  }

  cancel(): Promise<void> {
    return this.#reader.cancel()
  }
}

it('sends an event once, also to a viewer who comes between the event and its delivery', async () => {
  const { supervisor, console, open, read } = await streaming()
  const early = await open()
  const { cursor: before } = await read<{ cursor: string }>('snapshot')
  supervisor.task('mail')?.pause()
  const { cursor: after } = await read<{ cursor: string }>('snapshot')
  const behind = await open({ 'last-event-id': before })
  const upToDate = await open({ 'last-event-id': after })
  await console.close()

  expect(await early.rest()).toEqual(['task.paused'])
  expect(await behind.rest()).toEqual(['task.paused'])
  expect(await upToDate.rest()).toEqual([])
})

it('goes on after a disconnect without a gap and without a repetition', async () => {
  const { supervisor, console, open } = await streaming()
  const first = await open()
  supervisor.task('mail')?.pause()
  const { id = '' } = (await first.next('events')) ?? {}
  await first.cancel()
  supervisor.task('mail')?.resume()
  const second = await open({ 'last-event-id': id })
  supervisor.task('mail')?.pause()
  await console.close()

  expect(await second.rest()).toEqual(['task.resumed', 'task.paused'])
})

it.each([
  ['of another process', 'other.1', 'reset: restarted'],
  ['that is no id', '\u00e9', 'reset: restarted'],
])('tells a viewer with an id %s to load everything again', async (_, id, expected) => {
  const { console, open } = await streaming()
  const reader = await open({ 'last-event-id': id })
  await console.close()

  expect(await reader.rest()).toEqual([expected])
})

/** Each pause and each resume emits one event. */
function emit({ supervisor }: Asked, events: number): void {
  const task = supervisor.task('mail')
  for (let count = 0; count < events; count += 1) {
    if (task?.paused) task.resume()
    else task?.pause()
  }
}

it('tells a viewer that events were lost while it was away', async () => {
  const asked = await streaming(100)
  const { cursor } = await asked.read<{ cursor: string }>('snapshot')
  emit(asked, 300)
  const reader = await asked.open({ 'last-event-id': cursor })
  await asked.console.close()

  expect(await reader.rest()).toEqual(['reset: overrun'])
})

it('tells a viewer that more happened at once than is kept', async () => {
  const asked = await streaming(100)
  const reader = await asked.open()
  emit(asked, 300)
  await asked.console.close()

  const [first, ...others] = await reader.rest()
  expect(first).toBe('reset: overrun')
  expect(others.length).toBeLessThanOrEqual(100)
})

it('keeps little for a viewer who does not read, and tells it what to do when it reads again', async () => {
  const asked = await streaming()
  const reader = await asked.open()
  for (let round = 0; round < 24; round += 1) {
    emit(asked, 500)
    // The stream passes its data on only when the event loop continues.
    await setImmediate()
    // When a new viewer connects, the console sends the collected events to the other viewers at once.
    await (await asked.open()).cancel()
  }
  let received = 0
  let told = await reader.next('events', 'reset')
  for (; told?.name === 'events'; told = await reader.next('events', 'reset'))
    received += (told.data as readonly StreamedEvent[]).length
  await asked.console.close()

  // The test has emitted 24 × 500 events.
  expect(told?.data).toEqual({ why: 'slow', lost: 12_000 - received })
  expect(reader.bytes).toBeLessThan(1_500_000)
})
