import type { Attributes } from '@opentelemetry/api'
import type { Annotations, RunScope } from '@runwell/core'
import { attr } from '../base/attribute-keys.ts'
import { activeContext } from '../sdk/api-registry.ts'
import { type TracedUnit, unitIn } from './fast-context.ts'

/** The texts of one run, as attributes. */
interface Known {
  /** Also those that its units have added. */
  all: Attributes
  /** Those that the run has added outside of its units. */
  ofRun: Attributes
}

/** The texts that active runs were annotated with by their own functions. Few runs have any. */
export class RunTexts {
  readonly #runs = new Map<string, Known>()

  /** Called in the async context in which the run called `annotate`. */
  add({ runId }: RunScope, annotations: Annotations): void {
    const known = this.#runs.get(runId) ?? { all: {}, ofRun: {} }
    this.#runs.set(runId, known)
    const added = attributesOf(annotations)
    known.all = { ...known.all, ...added }
    const unit = unitIn(activeContext())
    if (unit?.runId === runId) unit.texts = { ...unit.texts, ...added }
    else known.ofRun = { ...known.ofRun, ...added }
  }

  /** For the span and the log records of a run. */
  ofRun(runId: string): Attributes | undefined {
    return this.#runs.get(runId)?.all
  }

  /** For the span of a unit. Its own texts replace those of its run; those of other units are left out. */
  ofUnit({ runId, texts }: TracedUnit): Attributes | undefined {
    const ofRun = this.#runs.get(runId)?.ofRun
    return ofRun === undefined ? texts : { ...ofRun, ...texts }
  }

  /** Called when a run ends, after its span has ended. */
  forget({ runId, unit }: RunScope): void {
    if (this.#runs.size > 0 && unit === undefined) this.#runs.delete(runId)
  }
}

/** The texts of a run in another process, without the ids of its span. */
export function textsOfLost(annotations: Annotations = {}): Attributes {
  const { trace_id, span_id, trace_flags, ...texts } = annotations
  return attributesOf(texts)
}

/** The prefix keeps the user's keys apart from our own and from those of the semantic conventions. */
function attributesOf(annotations: Annotations): Attributes {
  const prefixed = Object.entries(annotations).map(([key, text]) => [`${attr.runAnnotation}.${key}`, text])
  return Object.fromEntries(prefixed) as Attributes
}
