import { parseOptions, UsageError, usage } from './options.ts'

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args)
  if (options === 'help') {
    console.log(usage)
    return 0
  }
  // Not imported at the top, so that `--help` and a usage error do not wait for this module.
  const { run } = await import('./run.ts')
  return run(options)
}

try {
  process.exit(await main(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(error.message)
  process.exit(2)
}
