import type { Attributes } from '@opentelemetry/api'
import { scopeName } from './scope.ts'

/**
 * Internal members of meter providers, the same in all supported versions. Used here because a meter provider exports
 * each series forever, and has no public method to drop a series.
 */
interface Provider {
  readonly _sharedState: { readonly meterSharedStates: ReadonlyMap<string, MeterState> }
}

interface MeterState {
  readonly _instrumentationScope: { readonly name: string }
  readonly metricStorageRegistry: {
    readonly _sharedRegistry: StoragesByName
    readonly _perCollectorRegistry: ReadonlyMap<object, StoragesByName>
  }
}

type StoragesByName = ReadonlyMap<string, readonly Storage[]>

interface Storage {
  readonly _deltaMetricStorage: {
    /** Values recorded since the last collection. */
    readonly _activeCollectionStorage: SeriesMap
    /** The last values of observable instruments. */
    readonly _cumulativeMemoStorage: SeriesMap
  }
  readonly _temporalMetricStorage: {
    /** The values that each reader has not collected yet. */
    readonly _unreportedAccumulations: ReadonlyMap<object, readonly SeriesMap[]>
    /** What each reader exported last. */
    readonly _reportHistory: ReadonlyMap<object, { readonly accumulations: SeriesMap }>
  }
}

/** The keys of both maps are hashes of the attributes. */
interface SeriesMap {
  readonly _valueMap: Map<string, unknown>
  readonly _keyMap: Map<string, Attributes>
}

/**
 * Drops the series of this package for which `isGone` returns true. A series stays until each reader has exported its
 * last value.
 *
 * @returns `true` if some of these series have stayed; `undefined` for an unknown SDK
 */
export function forgetSeries(
  provider: unknown,
  isGone: (attributes: Attributes) => boolean,
): boolean | undefined {
  try {
    let haveStayed = false
    for (const storage of storagesOf(provider as Provider)) {
      if (forgetIn(storage, isGone)) haveStayed = true
    }
    return haveStayed
  } catch {
    return undefined // an internal member is missing
  }
}

export function canForget(provider: unknown): boolean {
  const { _sharedState } = (provider ?? {}) as Partial<Provider>
  return _sharedState?.meterSharedStates instanceof Map
}

function storagesOf({ _sharedState }: Provider): Storage[] {
  return [..._sharedState.meterSharedStates.values()]
    .filter(({ _instrumentationScope }) => _instrumentationScope.name === scopeName)
    .flatMap(({ metricStorageRegistry: { _sharedRegistry, _perCollectorRegistry } }) => [
      _sharedRegistry,
      ..._perCollectorRegistry.values(),
    ])
    .flatMap((byName) => [...byName.values()].flat())
}

function forgetIn(storage: Storage, isGone: (attributes: Attributes) => boolean): boolean {
  const { _activeCollectionStorage, _cumulativeMemoStorage } = storage._deltaMetricStorage
  const { _unreportedAccumulations, _reportHistory } = storage._temporalMetricStorage
  const pending = [_activeCollectionStorage, ...[..._unreportedAccumulations.values()].flat()]
  const stay = new Set(pending.flatMap((series) => hashesOf(series, isGone)))
  const exported = [..._reportHistory.values()].map(({ accumulations }) => accumulations)
  for (const series of [_cumulativeMemoStorage, ...exported]) {
    for (const hash of hashesOf(series, isGone)) {
      if (stay.has(hash)) continue
      series._valueMap.delete(hash)
      series._keyMap.delete(hash)
    }
  }
  return stay.size > 0
}

function hashesOf({ _keyMap }: SeriesMap, isGone: (attributes: Attributes) => boolean): string[] {
  const found: string[] = []
  for (const [hash, attributes] of _keyMap) if (isGone(attributes)) found.push(hash)
  return found
}
