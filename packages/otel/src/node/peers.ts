/** An OpenTelemetry package that `startTelemetry` needs for what it was asked to do is not installed. */
export class MissingPackageError extends Error {
  override readonly name = 'MissingPackageError'
  readonly code = 'RUNWELL_MISSING_PACKAGE'
  /** What to install. */
  readonly packageName: string

  constructor(packageName: string, purpose: string, cause: unknown) {
    super(`Expected ${packageName} to be installed, ${purpose}: npm install ${packageName}`, { cause })
    this.packageName = packageName
  }
}

/** Loads an optional peer. @throws {@link MissingPackageError} when it is not there. */
export async function load<Module>(name: string, purpose: string): Promise<Module> {
  try {
    return (await import(name)) as Module
  } catch (error) {
    if (isMissing(error, name)) throw new MissingPackageError(name, purpose, error)
    throw error
  }
}

/** Loads an optional peer, or gives nothing when it is not there. */
export async function loadIfInstalled<Module>(name: string): Promise<Module | undefined> {
  try {
    return (await import(name)) as Module
  } catch (error) {
    if (isMissing(error, name)) return undefined
    throw error
  }
}

/** A package that is there but lacks one of its own says so itself; that is no missing peer. */
function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  const isNotFound = error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND'
  return isNotFound && error.message.includes(`'${name}'`)
}
