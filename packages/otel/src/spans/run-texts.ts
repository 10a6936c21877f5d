import type { Attributes } from '@opentelemetry/api'
import type { Annotations, RunScope } from '@runwell/core'
import { attr } from '../base/attribute-keys.ts'
import { activeContext } from '../sdk/api-registry.ts'
import { type TracedUnit, unitIn } from './fast-context.ts'

interface Known {
  /** All annotations of the run, including those added inside its units. */
  all: Attributes
  /** The annotations added outside of the units of the run. */
  ofRun: Attributes
}

export class RunTexts {
  readonly #runs = new Map<string, Known>()

  /** Must be called in the async context of the `annotate` call, because that context contains the unit. */
  add({ runId }: RunScope, annotations: Annotations): void {
    const known = this.#runs.get(runId) ?? { all: {}, ofRun: {} }
    this.#runs.set(runId, known)
    const added = attributesOf(annotations)
    known.all = { ...known.all, ...added }
    const unit = unitIn(activeContext())
    if (unit?.runId === runId) unit.texts = { ...unit.texts, ...added }
    else known.ofRun = { ...known.ofRun, ...added }
  }

  ofRun(runId: string): Attributes | undefined {
    return this.#runs.get(runId)?.all
  }

  ofUnit({ runId, texts }: TracedUnit): Attributes | undefined {
    const ofRun = this.#runs.get(runId)?.ofRun
    return ofRun === undefined ? texts : { ...ofRun, ...texts }
  }

  forget({ runId, unit }: RunScope): void {
    if (this.#runs.size > 0 && unit === undefined) this.#runs.delete(runId)
  }
}

export function textsOfLost(annotations: Annotations = {}): Attributes {
  const { trace_id, span_id, trace_flags, ...texts } = annotations
  return attributesOf(texts)
}

/** The prefix keeps the keys of the user apart from the keys of Runwell and of the semantic conventions. */
function attributesOf(annotations: Annotations): Attributes {
  const prefixed = Object.entries(annotations).map(([key, text]) => [`${attr.runAnnotation}.${key}`, text])
  return Object.fromEntries(prefixed) as Attributes
}
