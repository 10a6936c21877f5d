// Prints the times of first paints as JSON, for `npm run bench -- first-paint`.
import { measureFirstPaint } from './paint.ts'
import { startBrowser } from './start-browser.ts'

const browser = await startBrowser()
console.log(JSON.stringify(await measureFirstPaint(browser)))
await browser.close()
process.exit(0)
