import fc from 'fast-check'
import type { Expected } from './host-spec.ts'
import { describeHost, expected, hostSpec } from './host-spec.ts'
import { step } from './step.ts'

const which = fc.nat(3)
const how = fc.constantFrom<'ok' | 'throw'>('ok', 'throw')

export const adopt = hostSpec.map((one) => step(`adopt ${describeHost(one)}`, (world) => world.adopt(one)))

export const hostBegins = which.map((index) =>
  step(`host ${index} begins a run`, ({ hosts }) => hosts.begin(index)),
)

export const hostEnds = fc
  .tuple(which, how)
  .map(([index, end]) => step(`run ${index} of a host ends ${end}`, ({ hosts }) => hosts.end(index, end)))

export const hostDoes = fc.oneof(
  fc
    .tuple(which, fc.constantFrom<'returns' | 'throws' | 'rejects'>('returns', 'throws', 'rejects'))
    .map(([index, end]) =>
      step(`host ${index} calls a function that ${end}`, ({ hosts }) => hosts.call(index, end)),
    ),
  fc
    .tuple(which, fc.constantFrom('overlap', 'standby', 'parked', 'busy elsewhere'))
    .map(([index, reason]) =>
      step(`host ${index} skips: ${reason}`, ({ hosts }) => hosts.skip(index, reason)),
    ),
  which.map((index) => step(`host ${index} misses a slot`, ({ hosts }) => hosts.miss(index))),
  fc
    .tuple(which, fc.boolean())
    .map(([index, isUp]) =>
      step(`host ${index} is ${isUp ? 'up' : 'down'}`, ({ hosts }) => hosts.connect(index, isUp)),
    ),
  fc
    .tuple(which, fc.boolean())
    .map(([index, isPaused]) =>
      step(`host ${index} is ${isPaused ? 'paused' : 'resumed'}`, ({ hosts }) =>
        hosts.pause(index, isPaused),
      ),
    ),
  fc
    .tuple(which, expected)
    .map(([index, next]: [number, Expected]) =>
      step(`host ${index} has another schedule: ${Object.values(next).join(' ')}`, ({ hosts }) =>
        hosts.reschedule(index, next),
      ),
    ),
  which.map((index) => step(`host ${index} removes its task`, ({ hosts }) => hosts.remove(index))),
)
