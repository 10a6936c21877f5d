import { type Context, createContextKey, INVALID_SPAN_CONTEXT, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'
import { withoutSpan, withSpan } from './fast-context.ts'

const user = createContextKey('user')
const other = createContextKey('other')
const span = trace.wrapSpanContext({ ...INVALID_SPAN_CONTEXT, spanId: '00000000000000a1' })
const outer = trace.wrapSpanContext({ ...INVALID_SPAN_CONTEXT, spanId: '00000000000000a2' })
const inner = trace.wrapSpanContext({ ...INVALID_SPAN_CONTEXT, spanId: '00000000000000a3' })
const base = trace.setSpan(ROOT_CONTEXT.setValue(user, 'ada'), outer)

const valuesOf = (context: Context): readonly unknown[] => [
  trace.getSpan(context),
  context.getValue(user),
  context.getValue(other),
]

describe('a context with an overridden span', () => {
  it('has the same values as a context of the API', () => {
    expect(valuesOf(withSpan(base, span))).toEqual(valuesOf(trace.setSpan(base, span)))
    expect(valuesOf(withoutSpan(base))).toEqual(valuesOf(trace.deleteSpan(base)))
    expect(valuesOf(withSpan(withoutSpan(base), span))).toEqual([span, 'ada', undefined])
  })

  it('is immutable and can be extended', () => {
    const ours = withSpan(base, span)

    expect(valuesOf(ours.setValue(other, 1))).toEqual([span, 'ada', 1])
    expect(valuesOf(trace.setSpan(ours, inner))).toEqual([inner, 'ada', undefined])
    expect(valuesOf(trace.deleteSpan(ours))).toEqual([undefined, 'ada', undefined])
    expect(valuesOf(ours.deleteValue(user))).toEqual([span, undefined, undefined])
    expect(valuesOf(ours.setValue(other, 1).setValue(other, 2).deleteValue(user))).toEqual([
      span,
      undefined,
      2,
    ])
    expect(valuesOf(ours)).toEqual([span, 'ada', undefined])
    expect(valuesOf(base)).toEqual([outer, 'ada', undefined])
  })

  it('is returned unchanged when an absent value is deleted', () => {
    const ours = withoutSpan(base)

    expect(trace.deleteSpan(ours)).toBe(ours)
    expect(ours.deleteValue(other)).toBe(ours)
  })

  it('looks up values in one step, however many are set on top of it', () => {
    let context: Context = withSpan(base, span)
    for (let count = 0; count < 20_000; count += 1) context = context.setValue(other, count)

    expect(valuesOf(context)).toEqual([span, 'ada', 19_999])
  })
})
