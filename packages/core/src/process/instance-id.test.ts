import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { InvalidOptionError, Supervisor } from '../index.ts'
import { nameFrom, newInstanceId, processName } from './instance-id.ts'

describe('the name of a process', () => {
  it.each([
    ['shop-7d9f4-x2x7k', 'shop-7d9f4-x2x7k-1'],
    ['ip-10-0-0-1.eu-west-1.compute.internal', 'ip-10-0-0-1.eu-west-1.compute.internal-1'],
    ["Ada's Laptop|2:x", 'Ada-s-Laptop-2-x-1'],
    ['-.-web', 'web-1'],
    ['日本', 'host-1'],
    ['', 'host-1'],
    ['x'.repeat(300), `${'x'.repeat(64)}-1`],
  ])('is made of the host name %s', (host, name) => {
    expect(nameFrom(host, 1)).toBe(name)
  })

  it('is made of HOSTNAME, which Kubernetes sets to the name of the pod', () => {
    expect(processName({ HOSTNAME: 'web-0' })).toBe(`web-0-${process.pid}`)
    expect(processName({})).toBe(nameFrom(hostname(), process.pid))
  })
})

describe('the instance id', () => {
  it('begins with the name and ends with eight random characters', () => {
    expect(newInstanceId('web-0-1', () => 0)).toBe('web-0-1-00000000')
    expect(newInstanceId('web-0-1', () => 0.999_999_999_999_999)).toBe('web-0-1-zzzzzzzz')
  })

  it('names the process of a supervisor, and the runs of the supervisor', async () => {
    const supervisor = new Supervisor({ observers: [], env: { HOSTNAME: 'web-0' } })
    expect(supervisor.instanceId).toMatch(new RegExp(`^web-0-${process.pid}-[0-9a-z]{8}$`))
    const task = supervisor.register({ name: 'a', run: () => {} })
    await supervisor.start()
    await task.trigger()
    expect(task.lastRun?.runId).toBe(`${supervisor.instanceId}-1`)
    await supervisor.stop()
  })

  it('begins with the option instanceName, and differs between two supervisors with the same name', () => {
    const ids = [1, 2].map(() => new Supervisor({ instanceName: 'dyno.web.1', env: {} }).instanceId)
    for (const id of ids) expect(id).toMatch(/^dyno\.web\.1-[0-9a-z]{8}$/)
    expect(new Set(ids).size).toBe(2)
  })

  it.each(['', 'a b', 'a|b', 'a:b', '-a', 'x'.repeat(81), 5])(
    'refuses the option instanceName %j',
    (name) => {
      expect(() => new Supervisor({ instanceName: name as never })).toThrow(InvalidOptionError)
      expect(() => new Supervisor({ instanceName: name as never })).toThrow('`instanceName`')
    },
  )
})
