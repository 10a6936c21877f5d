import { getJson } from './check.ts'

export interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

export interface LoadedRule {
  readonly name: string
  readonly type: 'alerting' | 'recording'
  readonly query: string
  readonly health: string
  readonly lastError?: string
  readonly state?: string
  readonly labels?: Readonly<Record<string, string>>
}

export async function query(base: string, expression: string): Promise<readonly Sample[]> {
  const { data } = (await getJson(
    `${base}/api/v1/query?${new URLSearchParams({ query: expression })}`,
  )) as Answer
  if (data.resultType === 'scalar' || data.resultType === 'string') {
    return [{ metric: {}, value: data.result as unknown as Sample['value'] }]
  }
  return data.result as readonly Sample[]
}

export async function loadedRules(base: string): Promise<readonly LoadedRule[]> {
  const { data } = (await getJson(`${base}/api/v1/rules`)) as {
    readonly data: { readonly groups: readonly { readonly rules: readonly LoadedRule[] }[] }
  }
  return data.groups.flatMap(({ rules }) => rules)
}

interface Answer {
  readonly data: { readonly resultType: string; readonly result: readonly unknown[] }
}
