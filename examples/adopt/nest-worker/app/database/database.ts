import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common'

export interface Mail {
  readonly to: string
  readonly subject: string
}

/** A real worker has a pool of connections here. */
@Injectable()
export class Database implements OnModuleDestroy {
  readonly #logger = new Logger(Database.name)
  readonly #outbox: Mail[] = []
  #isOpen = true

  async put(mail: Mail): Promise<void> {
    this.#check()
    this.#outbox.push(mail)
  }

  async take(count: number): Promise<Mail[]> {
    this.#check()
    return this.#outbox.splice(0, count)
  }

  onModuleDestroy(): void {
    this.#isOpen = false
    this.#logger.log('closed')
  }

  #check(): void {
    if (!this.#isOpen) throw new Error('The database is closed')
  }
}
