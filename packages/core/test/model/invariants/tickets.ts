import type { Occurrence } from '../occurrence.ts'
import { must } from '../violation.ts'
import { recordOf } from '../world.ts'

/** Who asked for a run or a restart is answered once, or waits for a run that is there or will be. */
export function checkTickets(occurrence: Occurrence): void {
  const { ticketsBefore, freshTicket } = occurrence
  for (const ticket of [...ticketsBefore, freshTicket]) {
    if (ticket !== 0) checkTicket(occurrence, ticket)
  }
}

function checkTicket({ world, effects }: Occurrence, ticket: number): void {
  let answers = 0
  for (const effect of effects) {
    const isAnswer = effect.do === 'refuse' || effect.do === 'call' || effect.do === 'restart-refused'
    if (isAnswer && effect.ticket === ticket) answers += 1
  }
  for (const index of world.tasks.keys()) {
    if (recordOf(world, index)?.queued?.ticket === ticket) answers += 1
  }
  must(answers === 1, 'answers', `who asked for a run has ${answers} answers`)
}
