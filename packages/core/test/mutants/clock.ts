import type { Mutant } from './mutant.ts'

const time = [
  'test/clock.test.ts',
  'test/wall-slots.test.ts',
  'test/time.test.ts',
  'src/shell/wall-clock.test.ts',
]

export const clockMutants: readonly Mutant[] = [
  {
    name: 'setting the clock by exactly three hours counts as a sleep',
    file: 'shell/wall-clock.ts',
    from: 'Math.abs(deltaMs - sleptMs) >= correctionMs',
    to: 'Math.abs(deltaMs - sleptMs) > correctionMs',
    tests: time,
  },
  {
    name: 'a long sleep of the machine counts as a correction',
    file: 'shell/wall-clock.ts',
    from: 'Math.abs(deltaMs - sleptMs) >= correctionMs',
    to: 'Math.abs(deltaMs) >= correctionMs',
    tests: time,
  },
  {
    name: 'cron expressions with * wait after the clock was set back',
    file: 'shell/clock-jumps.ts',
    from: 'if (slots?.repeats) {',
    to: 'if (slots?.repeats && deltaMs > 0) {',
    tests: time,
  },
  {
    name: 'fixed times run again after the clock was set back',
    file: 'shell/slot-planner.ts',
    from: 'return hasRanges ? new UndecidedSlots(slots, decidedRanges) : slots',
    to: 'return hasRanges ? slots : slots',
    tests: time,
  },
  {
    name: 'slots since the last reading of the clock are lost when the clock is corrected',
    file: 'shell/wall-clock.ts',
    from: 'const lookedAt = wall - (mono - lookedMono)',
    to: 'const lookedAt = wall',
    tests: time,
  },
  {
    name: 'a reschedule drops a slot that is due',
    file: 'facade/task-control.ts',
    from: 'const former = this.#slots.beforeReschedule(record, schedule)',
    to: 'const former = { ...this.#slots.beforeReschedule(record, schedule), slots: undefined }',
    tests: time,
  },
  {
    name: 'a reschedule in a run repeats its slot',
    file: 'shell/slot-planner.ts',
    from: '    if (record.info.schedule.recurring && slot !== undefined && slot <= decided)\n      slot = slots.next(decided, anchor)\n',
    to: '',
    tests: time,
  },
]
