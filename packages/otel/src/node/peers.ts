/** An OpenTelemetry package that `startTelemetry` needs is not installed, or a bundle can't find the package. */
export class MissingPackageError extends Error {
  override readonly name = 'MissingPackageError'
  readonly code = 'RUNWELL_MISSING_PACKAGE'
  /** The package to install. */
  readonly packageName: string

  constructor(packageName: string, purpose: string, cause: unknown) {
    const install = `npm install ${packageName} (if npm answers ERESOLVE, add @opentelemetry/api@1.9)`
    const bundle = bundleThatAsked(cause)
    const cure =
      bundle === undefined
        ? `Expected ${packageName} to be installed ${purpose}. Run: ${install}`
        : `Could not find ${packageName} ${purpose}, which ${bundle} has asked for. That file seems to be a bundle: ` +
          'bundlers do not include what startTelemetry loads. Put a node_modules folder that has the package beside the ' +
          `file or above it. If the package is not installed at all, run: ${install}`
    super(isStandaloneNext() ? `${cure}. ${nextCure}` : cure, { cause })
    this.packageName = packageName
  }
}

const nextCure =
  "With output: 'standalone', Next.js copies only packages that it sees imported: import the package in your own code, and list it " +
  'in serverExternalPackages.'

/** Only a standalone server that Next.js has generated sets this variable. */
function isStandaloneNext(): boolean {
  return process.env['__NEXT_PRIVATE_STANDALONE_CONFIG'] !== undefined
}

/** @throws {@link MissingPackageError} if the package is not installed. */
export async function load<Module>(name: string, purpose: string): Promise<Module> {
  try {
    return (await import(/* webpackIgnore: true */ name)) as Module
  } catch (error) {
    if (isMissing(error, name)) throw new MissingPackageError(name, purpose, error)
    throw error
  }
}

export async function loadIfInstalled<Module>(name: string): Promise<Module | undefined> {
  try {
    return (await import(/* webpackIgnore: true */ name)) as Module
  } catch (error) {
    if (isMissing(error, name)) return undefined
    throw error
  }
}

/** Matches the files of this package. In a bundle, the code of this package is in another file. */
const unbundled = /[\\/](@runwell|packages)[\\/]otel[\\/](src|dist)[\\/]/

function bundleThatAsked(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : ''
  const [, file] = /(?: imported from |Require stack:\n- )([^\n]+)/.exec(message) ?? []
  return file === undefined || unbundled.test(file) ? undefined : file
}

/** False if the package is installed but lacks a dependency. */
function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  const isNotFound = error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND'
  return isNotFound && error.message.includes(`'${name}'`)
}
