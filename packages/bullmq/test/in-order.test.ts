import { describe, expect, it } from 'vitest'
import { InOrder } from '../src/runs/in-order.ts'

function question() {
  let resolve: (answer: string) => void = () => {}
  let reject: (error: Error) => void = () => {}
  const answer = new Promise<string>((done, failed) => {
    resolve = done
    reject = failed
  })
  const asked = { times: 0, resolve, reject, ask: () => answer }
  asked.ask = () => {
    asked.times += 1
    return answer
  }
  return asked
}

describe('questions about the slots of a task', () => {
  it('are asked one after the other, and those of other tasks meanwhile', async () => {
    const inOrder = new InOrder()
    const [first, second, other] = [question(), question(), question()]
    const answers = [inOrder.ask('a', first.ask), inOrder.ask('a', second.ask), inOrder.ask('b', other.ask)]
    expect([first.times, second.times, other.times]).toEqual([1, 0, 1])

    first.resolve('1')
    await answers[0]
    await Promise.resolve()
    expect(second.times).toBe(1)
    second.resolve('2')
    other.resolve('3')
    expect(await Promise.all(answers)).toEqual(['1', '2', '3'])
  })

  it('are not asked after one that fails, since a decision on a later slot would also decide the earlier one', async () => {
    const inOrder = new InOrder()
    const [first, second, third] = [question(), question(), question()]
    const answers = Promise.allSettled([first, second, third].map(({ ask }) => inOrder.ask('a', ask)))
    first.reject(new Error('The store is down'))

    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect([second.times, third.times]).toEqual([0, 0])
  })

  it('can be asked again after an error', async () => {
    const inOrder = new InOrder()
    const [lost, again] = [question(), question()]
    const failed = inOrder.ask('a', lost.ask).catch(String)
    lost.reject(new Error('no answer'))
    expect(await failed).toBe('Error: no answer')
    await inOrder.settled()

    again.resolve('accepted')
    expect(await inOrder.ask('a', again.ask)).toBe('accepted')
  })
})
