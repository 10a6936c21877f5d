export interface Parts {
  readonly seed: number
  /** Base address of the upstream HTTP API. */
  readonly upstream: string
  /** Base address of the WebSocket gateway. */
  readonly gateway: string
}
