const key = 'runwell.name'

/** The name that a person has given in this browser. */
export function rememberedName(): string {
  try {
    return localStorage.getItem(key) ?? ''
  } catch {
    return '' // the browser keeps nothing for this site
  }
}

/** @param name - absent if the field was empty or was not shown */
export function rememberName(name: unknown): void {
  try {
    if (typeof name === 'string') localStorage.setItem(key, name)
    else localStorage.removeItem(key)
  } catch {
    // the browser keeps nothing for this site
  }
}
