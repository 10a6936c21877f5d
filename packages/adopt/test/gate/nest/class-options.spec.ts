import { Cron } from '@nestjs/schedule'
import { loop, type RunContext } from '@runwell/core'
import { describe, expect, it } from 'vitest'
import { Supervised, type SupervisedOptions } from '../../../src/nest/index.ts'
import { decorate } from './application.ts'
import { start } from './reports.ts'

describe('@Supervised on a class with a loop and a cron job', () => {
  const startOrders = (ofClass: SupervisedOptions, ofLoop = {}, ofCron = {}) => {
    class Orders {
      async consume({ sleep }: RunContext): Promise<void> {
        await sleep('1d')
      }
      report(): void {}
    }
    decorate(Orders, {
      consume: Supervised({ schedule: loop(), ...ofLoop }) as never,
      report: [Cron('* * * * *'), Supervised(ofCron)],
    })
    Supervised(ofClass)(Orders)
    return start([Orders], { mode: 'replace' })
  }

  it.each<SupervisedOptions>([{ liveness: true }, { restart: 'on-failure' }, { overlap: 'queue' }])(
    'gives %j only to the methods that use it',
    async (ofClass) => {
      const { supervisor, clock, recorder } = await startOrders(ofClass)
      await clock.advance('30s')

      expect([...supervisor.tasks()].map(({ name }) => name)).toEqual(['Orders.consume', 'Orders.report'])
      expect(recorder.of('run.started').map(({ task }) => task)).toEqual(['Orders.consume', 'Orders.report'])
    },
  )

  it.each<[option: string, ofLoop: SupervisedOptions, ofCron: SupervisedOptions, method: string]>([
    ['liveness', {}, { liveness: true }, 'report'],
    ['restart', {}, { restart: 'on-failure' }, 'report'],
    ['overlap', { overlap: 'queue' }, {}, 'consume'],
  ])(
    'refuses `%s` on a method that does not use it, also beside the same option of the class',
    async (option, ofLoop, ofCron, method) => {
      const message = new RegExp(`Expected \`${option}\` to be .*Orders\\.${method} in AppModule`, 's')

      await expect(startOrders({}, ofLoop, ofCron)).rejects.toThrow(message)
      await expect(startOrders({ ...ofLoop, ...ofCron }, ofLoop, ofCron)).rejects.toThrow(message)
    },
  )

  it('refuses a text instead of a schedule on a method, and names the method', async () => {
    const wrong = { schedule: '*/5 * * * *' } as object

    await expect(startOrders({ restart: 'on-failure' }, {}, wrong)).rejects.toThrow(
      /Expected `schedule` to be .*Orders\.report in AppModule/s,
    )
  })

  it('refuses `enabled` of the class, because the loop would run although it must not', async () => {
    await expect(startOrders({ enabled: () => false })).rejects.toThrow(
      /Expected `enabled` to be left out for a loop.*Orders\.consume in AppModule/s,
    )
  })
})
