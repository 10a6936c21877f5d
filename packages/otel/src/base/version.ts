/** A test compares this version to package.json. */
export const version = '0.1.0'
