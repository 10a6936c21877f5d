import type { Occurrence } from '../occurrence.ts'
import { must } from '../violation.ts'
import { recordOf } from '../world.ts'

/** Who asked for a run or a restart is answered once, or waits for a run that is there or will be. */
export function checkTickets(occurrence: Occurrence): void {
  const { ticketsBefore, freshTicket } = occurrence
  for (const requestId of [...ticketsBefore, freshTicket]) {
    if (requestId !== 0) checkTicket(occurrence, requestId)
  }
}

function checkTicket({ world, effects }: Occurrence, requestId: number): void {
  let answers = 0
  for (const effect of effects) {
    const isAnswer = effect.do === 'refuse' || effect.do === 'call' || effect.do === 'restart-refused'
    if (isAnswer && effect.requestId === requestId) answers += 1
  }
  for (const index of world.tasks.keys()) {
    if (recordOf(world, index)?.queued?.requestId === requestId) answers += 1
  }
  must(answers === 1, 'answers', `who asked for a run has ${answers} answers`)
}
