import type { Snapshot, Viewer } from '../api/types.ts'
import { snapshot } from '../read/process-view.ts'
import { page } from './page-assets.ts'
import type { Sources } from './routes.ts'

/**
 * With up to this many tasks, the page already contains its first data. With more tasks, it loads the data later, so
 * that the page itself appears sooner.
 */
const maxTasks = 500
const place = '<div id="page">'

/**
 * Puts the first data into the page as JSON. The content security policy allows that, because browsers do not
 * run JSON.
 */
export function pageFor(viewer: Viewer, { supervisor, ring, redact, process }: Sources): string | undefined {
  let count = 0
  for (const _ of supervisor.tasks()) count += 1
  if (count > maxTasks) return undefined
  const data = asText(snapshot(supervisor, ring, redact, process(), viewer))
  const [before = '', after = ''] = page.split(place)
  return `${before}<script type="application/json" id="snapshot">${data}</script>\n${place}${after}`
}

/** Escapes `<`, so that no text can end the script element. */
function asText(data: Snapshot): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c')
}
