/**
 * Tests the page in a real browser: `npm run test:console`, optionally with the names of suites. `npm run
 * test:console -- pictures` only draws the pictures of the docs again.
 */
import { Checks } from './checks.ts'
import { useControls } from './controls.ts'
import { meetFaults } from './faults.ts'
import { lookAtFleet } from './fleet.ts'
import { playIncidents } from './incident-table.ts'
import { carryLoad } from './load.ts'
import { stopMounted } from './mounted.ts'
import { timeFirstPaint } from './paint.ts'
import { drawPictures } from './pictures.ts'
import { meetRefusals } from './refusals.ts'
import { startBrowser } from './start-browser.ts'
import { lookAtViews } from './views.ts'

const suites = {
  incidents: playIncidents,
  views: lookAtViews,
  controls: useControls,
  faults: meetFaults,
  refusals: meetRefusals,
  mounted: stopMounted,
  fleet: lookAtFleet,
  load: carryLoad,
  paint: timeFirstPaint,
}

const wanted = process.argv.slice(2)
const checks = new Checks()
const browser = await startBrowser()
for (const [name, play] of Object.entries(suites)) {
  if (wanted.length === 0 || wanted.includes(name)) await play(browser, checks)
}
if (wanted.includes('pictures')) await drawPictures(browser)
await browser.close()
console.log(`${checks.passed} passed, ${checks.failed} failed`)
process.exit(checks.failed === 0 ? 0 : 1)
