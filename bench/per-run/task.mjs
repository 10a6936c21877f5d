/** A task that does nothing: what is left is what the candidate costs. */
export const task = async () => {}
