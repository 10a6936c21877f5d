import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { slugOf } from './slug.ts'

const taskName = fc.stringMatching(/^[A-Za-z0-9][\w.:/-]{0,119}$/)

describe('slugOf', () => {
  it.each([
    ['mail', 'mail'],
    ['feeds.poll', 'feeds-poll'],
    ['Billing:close/month', 'billing-close-month'],
    ['snake_case', 'snake_case'],
    ['42', 'task-42'],
  ])('makes of %j the slug %j', (name, slug) => {
    expect(slugOf(name)).toBe(slug)
  })

  it('creates different slugs for long names with the same beginning', () => {
    const begin = 'orders.reconcile.with.the.warehouse.of.the.region.'

    const north = slugOf(`${begin}north`)
    const south = slugOf(`${begin}south`)

    expect(north).toMatch(/^orders-reconcile-with-the-warehouse-of-th-[0-9a-f]{8}$/)
    expect(south).not.toBe(north)
  })

  it('creates a valid slug from any task name', () => {
    fc.assert(
      fc.property(taskName, (name) => {
        const slug = slugOf(name)
        expect(slug).toMatch(/^[a-z0-9_-]{1,50}$/)
        expect(slug).not.toMatch(/^\d+$/)
      }),
    )
  })
})
