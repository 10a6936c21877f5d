import type { Observer, RunResult, RunScope, SupervisorEvent } from '../../src/index.ts'

export type Failure =
  | 'none'
  | 'throws'
  | 'rejects'
  | 'never calls next'
  | 'calls next twice'
  | 'never flushes'

export class FaultyObserver implements Observer {
  readonly name = 'faulty'
  readonly #isOn: boolean
  #failure: Failure = 'none'

  constructor(isOn: boolean) {
    this.#isOn = isOn
  }

  failWith(failure: Failure): void {
    if (this.#isOn) this.#failure = failure
  }

  onEvent(_event: SupervisorEvent): void {
    if (this.#failure === 'throws') throw new Error('onEvent')
    if (this.#failure === 'rejects') return Promise.reject(new Error('onEvent')) as unknown as undefined
  }

  aroundRun(_scope: RunScope, next: () => Promise<RunResult>): unknown {
    switch (this.#failure) {
      case 'throws':
        throw new Error('aroundRun')
      case 'rejects':
        return next().then(() => Promise.reject(new Error('aroundRun')))
      case 'never calls next':
        return undefined
      case 'calls next twice':
        return Promise.all([next(), next()])
      default:
        return next()
    }
  }

  flush(): Promise<void> | undefined {
    if (this.#failure === 'never flushes') return new Promise(() => {})
    if (this.#failure === 'throws') throw new Error('flush')
    return undefined
  }
}
