/** An OpenTelemetry package that the options of `startTelemetry` require is not installed. */
export class MissingPackageError extends Error {
  override readonly name = 'MissingPackageError'
  readonly code = 'RUNWELL_MISSING_PACKAGE'
  /** The package to install. */
  readonly packageName: string

  constructor(packageName: string, purpose: string, cause: unknown) {
    super(`Expected ${packageName} to be installed ${purpose}. Run: npm install ${packageName}`, { cause })
    this.packageName = packageName
  }
}

/** Loads an optional peer dependency. @throws {@link MissingPackageError} if it is not installed. */
export async function load<Module>(name: string, purpose: string): Promise<Module> {
  try {
    return (await import(/* webpackIgnore: true */ name)) as Module
  } catch (error) {
    if (isMissing(error, name)) throw new MissingPackageError(name, purpose, error)
    throw error
  }
}

/** Loads an optional peer dependency. Resolves with `undefined` if it is not installed. */
export async function loadIfInstalled<Module>(name: string): Promise<Module | undefined> {
  try {
    return (await import(/* webpackIgnore: true */ name)) as Module
  } catch (error) {
    if (isMissing(error, name)) return undefined
    throw error
  }
}

/** Only true for the package itself: an installed package may lack one of its own dependencies. */
function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  const isNotFound = error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND'
  return isNotFound && error.message.includes(`'${name}'`)
}
