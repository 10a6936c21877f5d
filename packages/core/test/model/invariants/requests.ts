import type { Occurrence } from '../occurrence.ts'
import { must } from '../violation.ts'
import { recordOf } from '../world.ts'

export function checkRequests(occurrence: Occurrence): void {
  const { requestsBefore, newRequest } = occurrence
  for (const requestId of [...requestsBefore, newRequest]) {
    if (requestId !== 0) checkRequest(occurrence, requestId)
  }
}

function checkRequest({ world, effects }: Occurrence, requestId: number): void {
  let answers = 0
  for (const effect of effects) {
    const isAnswer = effect.do === 'refuse' || effect.do === 'call' || effect.do === 'restart-refused'
    if (isAnswer && effect.requestId === requestId) answers += 1
  }
  for (const index of world.tasks.keys()) {
    if (recordOf(world, index)?.queued?.requestId === requestId) answers += 1
  }
  must(answers === 1, 'answers', `a request for a run has ${answers} answers`)
}
