import { describe, expect, it } from 'vitest'
import { changedSince, Journal } from '../src/records/journal.ts'

describe('a journal', () => {
  it('says which fields have changed since it was read', () => {
    const journal = new Journal()
    journal.add('a b')
    const { seen } = changedSince(journal.text, undefined)
    journal.add('c')
    journal.add('a b')
    journal.add('c')

    expect(changedSince(journal.text, seen).fields).toEqual(['a b', 'c'])
  })

  it('says nothing changed when its process was only alive', () => {
    const journal = new Journal()
    journal.add('a')
    const { seen } = changedSince(journal.text, undefined)
    journal.beat()

    expect(changedSince(journal.text, seen).fields).toEqual([])
    expect(journal.text).not.toBe(seen.text)
  })

  it('does not know what changed before the first reading, or after its process has started again', () => {
    const journal = new Journal()
    for (let each = 0; each < 5; each += 1) journal.add('a')
    const first = changedSince(journal.text, undefined)

    expect(first.fields).toBeUndefined()
    expect(changedSince(new Journal().text, first.seen).fields).toBeUndefined()
  })

  it('does not know what changed when there was more than it holds', () => {
    const journal = new Journal()
    const { seen } = changedSince(journal.text, undefined)
    for (let each = 0; each < 700; each += 1) journal.add(`task-${each}`)

    expect(changedSince(journal.text, seen).fields).toBeUndefined()
    expect(journal.text.split('\n').length).toBeLessThan(650)
  })

  it('forgets changes from before the last two beats, and shows that to a reader that has not seen them', () => {
    const journal = new Journal()
    const { seen: never } = changedSince(journal.text, undefined)
    journal.add('old')
    const { seen } = changedSince(journal.text, never)
    journal.forgetOld()
    journal.add('new')
    journal.forgetOld()

    expect(changedSince(journal.text, seen).fields).toEqual(['new'])
    expect(changedSince(journal.text, never).fields).toBeUndefined()
  })
})
