export const cases = {
  none: 'without a console',
  unwatched: 'a console without viewers',
  viewers: '5 viewers',
  stalled: '5 viewers who never read',
}
export type CaseId = keyof typeof cases
