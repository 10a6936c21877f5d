import { describe, expect, it } from 'vitest'
import { crontab } from './crontab.ts'

describe('crontab', () => {
  it.each([
    ['0 3 * * *', '0 3 * * *'],
    ['  */15   8-18 * *  MON-FRI ', '*/15 8-18 * * MON-FRI'],
    ['0,30 1,2,3 1-7/2 jan,Jul *', '0,30 1,2,3 1-7/2 jan,Jul *'],
    ['5/15 * * * 7', '5/15 * * * 7'],
    ['@daily', '0 0 * * *'],
    ['@Hourly', '0 * * * *'],
  ])('takes %j', (expression, value) => {
    expect(crontab(expression)).toEqual({ value })
  })

  it.each([
    ['0 0 3 * * *', "Sentry accepts crontabs with five fields, but '0 0 3 * * *' has 6"],
    ['* * *', "Sentry accepts crontabs with five fields, but '* * *' has 3"],
    ['0 0 L * *', "Sentry does not support 'L' as the day of month of '0 0 L * *'"],
    ['0 0 * * FRI#2', "Sentry does not support 'FRI#2' as the day of week of '0 0 * * FRI#2'"],
    ['0 0 ? * *', "Sentry does not support '?' as the day of month of '0 0 ? * *'"],
    ['0 0 15W * *', "Sentry does not support '15W' as the day of month of '0 0 15W * *'"],
    ['@reboot', "Sentry does not support '@reboot'"],
  ])('refuses %j in one sentence', (expression, refused) => {
    expect(crontab(expression)).toEqual({ refused })
  })
})
