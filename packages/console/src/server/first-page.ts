import type { Snapshot, Viewer } from '../api/types.ts'
import { snapshot } from '../read/process-view.ts'
import { page } from './page-assets.ts'
import type { Sources } from './routes.ts'

/**
 * If there are more tasks, the page contains no tasks and loads them with a second request, because then it appears
 * sooner.
 */
const maxTasks = 500
const place = '<div id="page">'

/**
 * Returns the page with the data that it shows first, so a signed-in viewer waits for no further request. The data are
 * in a script element of type JSON. Browsers do not run such an element, so the content security policy does not block
 * it. Returns `undefined` if there are more than `maxTasks` tasks.
 */
export function pageFor(viewer: Viewer, { supervisor, ring, redact, process }: Sources): string | undefined {
  let count = 0
  for (const _ of supervisor.tasks()) count += 1
  if (count > maxTasks) return undefined
  const data = asText(snapshot(supervisor, ring, redact, process(), viewer))
  const [before = '', after = ''] = page.split(place)
  return `${before}<script type="application/json" id="snapshot">${data}</script>\n${place}${after}`
}

/** Escapes `<`, so that no text can end the script element or begin a comment. JSON reads the escape as `<` again. */
function asText(data: Snapshot): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c')
}
