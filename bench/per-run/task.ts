export type Call = () => unknown

export const task = async (): Promise<void> => {}
