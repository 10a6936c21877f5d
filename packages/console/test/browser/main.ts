/** The page of the console in a real browser. `--only NAME` plays the incidents whose name has this text, and nothing else. */
import { Checks } from './checks.ts'
import { playIncidents } from './incident-table.ts'
import { startBrowser } from './tab.ts'

const checks = new Checks()
const browser = await startBrowser()
await playIncidents(browser, checks, process.argv[process.argv.indexOf('--only') + 1])
await browser.close()
console.log(`${checks.passed} passed, ${checks.failed} failed`)
process.exit(checks.failed === 0 ? 0 : 1)
