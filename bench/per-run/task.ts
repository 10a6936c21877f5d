/** One run of a candidate, by its own documented call. */
export type Call = () => unknown

/** A task that does nothing, so that only the cost of the candidate is measured. */
export const task = async (): Promise<void> => {}
