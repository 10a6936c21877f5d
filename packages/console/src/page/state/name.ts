const key = 'runwell.name'

export function rememberedName(): string {
  try {
    return localStorage.getItem(key) ?? ''
  } catch {
    return '' // the browser does not let this site store data
  }
}

/** @param name - if it is not a text, the stored name is removed */
export function rememberName(name: unknown): void {
  try {
    if (typeof name === 'string') localStorage.setItem(key, name)
    else localStorage.removeItem(key)
  } catch {
    // The browser does not let this site store data.
  }
}
