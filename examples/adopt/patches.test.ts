import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { applications, patchOf, withoutRunwell } from './patches.ts'

/** How many lines the diff adds, without the file that creates the supervisor. */
const mostAdded = { bot: 7, api: 11, 'nest-worker': 2 }

describe.each(applications)('the diff of %s', (application) => {
  it('is the difference to the application without Runwell', () => {
    const folder = join(withoutRunwell(application), 'app')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'))

    expect(files.length).toBeGreaterThan(6)
    for (const file of files)
      expect(readFileSync(join(folder, file), 'utf8')).not.toMatch(/runwell|supervisor/i)
  })

  it('is small', () => {
    const ofFiles = patchOf(application).split(/^--- .*$/m)
    const changes = ofFiles.filter((patch) => !patch.includes('+++ app/supervisor.ts'))
    const added = changes.join('').match(/^\+(?!\+\+)/gm)

    expect(added?.length).toBe(mostAdded[application])
  })
})
