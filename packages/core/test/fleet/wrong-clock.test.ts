import { expect, it } from 'vitest'
import { logText } from '../../src/adapter/index.ts'
import { every, Supervisor } from '../../src/index.ts'
import { recordEvents, VirtualClock } from '../../src/testing/index.ts'
import { scriptedFleet } from './scripted-fleet.ts'

it('does not call the store unreachable while only the clock of this process is wrong', async () => {
  const clock = new VirtualClock()
  const recorder = recordEvents()
  const { fleet, host } = scriptedFleet({ gatesReadiness: true })
  const supervisor = new Supervisor({ clock, fleet, observers: [recorder], env: {} })
  const task = supervisor.register({ name: 'a', scope: 'service', schedule: every('1h'), run: () => {} })
  await supervisor.start()
  await clock.advance('1s')
  const why = 'The clock of this process is 90 s behind that of the store'
  host()?.down(new Error(why))
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
