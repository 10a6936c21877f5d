/**
 * For authors of observers, adapters and fleets. Applications do not need this module. It contains, among other
 * things, the types of a fleet, lists of words such as all outcomes and all states, and functions that check options
 * and format values.
 *
 * @packageDocumentation
 */
export { aDuration, type DurationRange, durationFrom, formatMs, msOf, toMs } from '../base/duration.ts'
export { errorName, errorText } from '../base/error-record.ts'
export { defaultGraceMs } from '../base/grace.ts'
export { nearMiss } from '../base/near-miss.ts'
export {
  aFunction,
  anObject,
  anything,
  aText,
  check,
  checkOptions,
  numberFrom,
  type OptionTable,
  oneOf,
  type Takes,
  takes,
  textUpTo,
  trueOrFalse,
  wholeNumber,
} from '../base/options.ts'
export { scheduleKinds, upAfterMs } from '../base/schedule-info.ts'
export { aWebAddress, pageOfTask } from '../base/task-page.ts'
export { cutText, ownText } from '../base/text.ts'
export {
  outcomes,
  priorities,
  restartCauses,
  scopes,
  skipReasons,
  taskStates,
  triggers,
  unitOutcomes,
} from '../base/words.ts'
export { logLevel, logText } from '../events/catalogue.ts'
export { type CounterName, counters } from '../events/counters.ts'
export { missText } from '../events/phrases.ts'
export type {
  Fleet,
  FleetAccount,
  FleetAttempt,
  FleetCarrier,
  FleetControl,
  FleetHost,
  FleetMember,
  FleetOffer,
  FleetRecord,
  FleetRequest,
  FleetResult,
  FleetRun,
  FleetRunning,
  FleetSchedule,
  FleetTask,
  FleetVerdict,
} from '../fleet/fleet.ts'
export { healthStatuses } from '../health/status.ts'
export { FleetOutage } from '../observe/fleet-outage.ts'
export type { RunMessage } from '../observe/run-channel.ts'
export { emitProcessWarning, warningsTo } from '../process/process-warning.ts'
export { localTime } from '../schedule/local-time.ts'
export { checkExternalOptions, checkTaskOptions } from '../task/check-options.ts'
export { usesOption } from '../task/refuse-unused.ts'
