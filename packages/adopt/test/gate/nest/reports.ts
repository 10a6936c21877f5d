import { Cron, Interval, Timeout } from '@nestjs/schedule'
import { RunwellModule } from '../../../src/nest/index.ts'
import { decorate, makeModule, makeSupervisor, startApplication } from './application.ts'

export class Reports {
  readonly calls: string[] = []

  send(...args: readonly unknown[]): string {
    this.calls.push(`send(${args.length})`)
    return 'sent'
  }

  clean(): void {
    this.calls.push('clean')
  }

  warmUp(): void {
    this.calls.push('warmUp')
  }
}
decorate(Reports, {
  send: Cron('0 3 * * *', { timeZone: 'Europe/Berlin', name: 'daily report' }),
  clean: Interval(60_000),
  warmUp: Timeout('warm-up', 5_000),
})

export function start(providers: readonly unknown[], options: object = {}, imports: readonly unknown[] = []) {
  const made = makeSupervisor()
  const root = makeModule({
    imports: [...(imports as never[]), RunwellModule.forRoot({ supervisor: made.supervisor, ...options })],
    providers: [...(providers as never[])],
  })
  return startApplication(root).then((application) => ({ ...made, application }))
}
