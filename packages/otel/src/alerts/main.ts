#!/usr/bin/env node
import { runAlerts } from './command.ts'

const { code, output } = runAlerts(process.argv.slice(2))
const stream = code === 0 ? process.stdout : process.stderr
stream.write(output)
process.exitCode = code
