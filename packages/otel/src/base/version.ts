/** The version of this package. A test compares it to package.json. */
export const version = '0.1.0'
