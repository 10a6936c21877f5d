#!/usr/bin/env node
import { runCommand } from './program.ts'

process.stdout.on('error', () => process.exit(0)) // `head` closes the pipe early in `runwell tail | head`
void runCommand(process.argv.slice(2), {
  env: process.env,
  print: (text) => process.stdout.write(text),
  printError: (text) => process.stderr.write(text),
}).then((code) => {
  process.exitCode = code
})
