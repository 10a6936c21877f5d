import { expect, it } from 'vitest'
import { type FleetHost, logText } from '../../src/adapter/index.ts'
import { every, Supervisor } from '../../src/index.ts'
import { MemoryFleet, recordEvents, VirtualClock } from '../../src/testing/index.ts'

it('does not call the store unreachable while only the clock of this process is wrong', async () => {
  const clock = new VirtualClock()
  const recorder = recordEvents()
  let host: FleetHost | undefined
  const member = new MemoryFleet().member()
  const join = (joined: FleetHost) => {
    host = joined
    return member.join(joined)
  }
  const fleet = { name: 'the store', gatesReadiness: true, join }
  const supervisor = new Supervisor({ clock, fleet, observers: [recorder], env: {} })
  const task = supervisor.register({ name: 'a', scope: 'service', schedule: every('1h'), run: () => {} })
  await supervisor.start()
  await clock.advance('1s')
  const why = 'The clock of this process is 90 s behind that of the store'
  host?.down(new Error(why))
  await clock.advance('6s')

  // Probes need no login, so they do not show the error of the store.
  expect(supervisor.ready().reasons).toEqual(["the store can't be used"])
  const [reason] = task.health().reasons
  expect(reason?.reason).toMatch(
    /^the store could not be used for [56] s, so its slots wait, limit 5 s: The clock/,
  )
  const texts = [...recorder.events.map(logText), supervisor.explain('a').text, reason?.reason]
  expect(texts.join('\n')).not.toMatch(/reach/)
})
