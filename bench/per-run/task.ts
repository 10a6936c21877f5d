/** One run of a candidate, by its own documented call. */
export type Call = () => unknown

/** A task that does nothing, so that only what the candidate costs is measured. */
export const task = async (): Promise<void> => {}
