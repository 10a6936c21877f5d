const key = 'runwell.name'

/** The name that a person has typed in this browser; empty if there is none. */
export function rememberedName(): string {
  try {
    return localStorage.getItem(key) ?? ''
  } catch {
    return '' // the browser does not let this site store data
  }
}

/**
 * Stores the name for later dialogs.
 * @param name - not a text if the field was empty or not shown; then the stored name is removed
 */
export function rememberName(name: unknown): void {
  try {
    if (typeof name === 'string') localStorage.setItem(key, name)
    else localStorage.removeItem(key)
  } catch {
    // The browser does not let this site store data.
  }
}
