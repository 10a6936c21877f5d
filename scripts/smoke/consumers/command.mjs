import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { createConsole } from '@runwell/console'
import { manual, Supervisor } from '@runwell/core'

const supervisor = new Supervisor({ observers: [] })
supervisor.register({ name: 'smoke.task', schedule: manual(), run: () => {} })
await supervisor.start()
const ops = createConsole(supervisor)
const { link, url } = await ops.listen({ port: 0 })

const page = await (await fetch(url)).text()
const [, script] = /src="\.\/(assets\/[^"]+)"/.exec(page)
const { status } = await fetch(`${url}${script}`)
if (status !== 200) throw new Error(`The script of the page answers ${status}`)

const env = { ...process.env, RUNWELL_URL: link }
const runwell = async (...args) =>
  (await promisify(execFile)('npx', ['--no-install', 'runwell', ...args], { env })).stdout
const listed = await runwell('ls', '--check')
if (!/^unknown {2}smoke\.task /m.test(listed)) throw new Error(`Unexpected: ${listed}`)
const triggered = await runwell('trigger', 'smoke.task', '--reason', 'smoke test')
if (triggered !== 'smoke.task: succeeded\n') throw new Error(`Unexpected: ${triggered}`)
const version = await runwell('--version')
if (!/^\d+\.\d+\.\d+/.test(version)) throw new Error(`Unexpected: ${version}`)

await ops.close()
await supervisor.stop()
console.log('`npx runwell` lists and triggers a task')
