import { adoptNodeCron } from '@runwell/adopt/node-cron'
import { adoptTimers } from '@runwell/adopt/timers'
import { Supervisor } from '@runwell/core'
import nodeCron from 'node-cron'

export const supervisor = new Supervisor()
export const cron = adoptNodeCron(nodeCron, supervisor)
adoptTimers(supervisor)
