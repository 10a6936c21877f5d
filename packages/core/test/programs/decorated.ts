// The tests compile this file with several compilers.
import { task } from '../../src/decorators/index.ts'
import { every, type RunContext } from '../../src/index.ts'

export const seen: unknown[] = []

export class Feeds {
  readonly region: string
  constructor(region = 'eu') {
    this.region = region
  }

  @task({ schedule: every('30s', { immediate: true }), timeout: '10s' })
  async poll(context: RunContext): Promise<void> {
    seen.push([this.region, context.task.name, context.trigger])
  }

  @task({ category: 'private' })
  #index(): string {
    return `indexed ${this.region}`
  }

  index(): string {
    return this.#index()
  }

  @task()
  static cleanup(this: typeof Feeds): string {
    // biome-ignore lint/complexity/noThisInStatic: `this` is what is tested
    return `cleaned ${this.name.replace(/^_/, '')}`
  }

  @task({ name: 'feeds.check' })
  static #check(): string {
    return 'checked'
  }

  static check(): string {
    return Feeds.#check()
  }
}

export class SlowFeeds extends Feeds {
  override async poll(context: RunContext): Promise<void> {
    seen.push('before')
    await super.poll(context)
  }

  @task({ name: 'slow.index' })
  #index(): string {
    return 'slow'
  }

  slowIndex(): string {
    return this.#index()
  }
}

export class HourlyFeeds extends Feeds {
  @task({ schedule: every('1h'), owner: 'hourly' })
  override async poll(): Promise<void> {}
}

export class Mailbox {
  readonly user: string
  constructor(user: string) {
    this.user = user
  }

  @task({ name: (mailbox: Mailbox) => `mail.${mailbox.user}.fetch` })
  fetch(): string {
    return this.user
  }

  @task((mailbox: Mailbox) => ({ name: `mail.${mailbox.user}.send`, category: mailbox.user }))
  send(): string {
    return this.user
  }
}

export function twice<Method extends () => string>(method: Method): Method {
  return function (this: unknown) {
    return `${method.call(this)} ${method.call(this)}`
  } as Method
}

export class Wrapped {
  @twice
  @task()
  above(): string {
    return 'above'
  }

  @task()
  @twice
  below(): string {
    return 'below'
  }
}
