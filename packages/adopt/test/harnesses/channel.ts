import { tracingChannel } from 'node:diagnostics_channel'
import { every } from '@runwell/core'
import { adoptChannel } from '../../src/channel/index.ts'
import type { AdopterHarness } from '../../src/testing/index.ts'

export function channelHarness(periodMs: number): AdopterHarness {
  return {
    periodMs,
    start({ supervisor, name, job, report }) {
      const channel = tracingChannel<object>('library:job')
      const call = (): void => {
        channel.tracePromise(async () => job.call(undefined), {}).catch(report)
      }
      const timer = setInterval(call, periodMs)
      const expects = every(periodMs)
      const control = { stop: () => clearInterval(timer) }
      const adopt = () => supervisor && adoptChannel(supervisor, channel, { name, expects, control })
      const unfollow = adopt()
      return {
        adoptAgain: adopt,
        remove() {
          clearInterval(timer)
          unfollow?.()
        },
      }
    },
  }
}
