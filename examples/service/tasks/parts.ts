export interface Parts {
  readonly seed: number
  readonly upstream: string
  readonly gateway: string
}
