import { Injectable, Logger } from '@nestjs/common'
import type { Mail } from '../database/database.ts'

@Injectable()
export class Mailer {
  readonly #logger = new Logger(Mailer.name)

  async send({ to, subject }: Mail): Promise<void> {
    this.#logger.log(`to ${to}: ${subject}`)
  }
}
