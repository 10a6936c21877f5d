import cluster from 'node:cluster'
import { startTelemetry } from '../../src/node/index.ts'

/** The three workers serve metrics on one port, or each on its own port. */
const { port, ownPorts } = JSON.parse(process.argv[2] ?? '{}') as { port: number; ownPorts: boolean }

async function work(): Promise<void> {
  const warnings: string[] = []
  await startTelemetry({
    serviceName: 'shop',
    traces: false,
    prometheus: { port: port + (ownPorts ? Number(cluster.worker?.id) : 0), host: '127.0.0.1' },
    onWarning: (message) => void warnings.push(message),
  })
  process.send?.(warnings)
}

async function lead(): Promise<void> {
  const workers = [1, 2, 3].map(() => cluster.fork())
  const heard = workers.map((worker) => new Promise<string[]>((resolve) => worker.once('message', resolve)))
  const warnings = await Promise.all(heard)
  const answers: string[] = []
  for (let scrape = 0; scrape < 6; scrape += 1) {
    const at = port + (ownPorts ? 1 + (scrape % 3) : 0)
    // Each scrape needs a new connection, so that it reaches another worker of the cluster.
    const page = await (
      await fetch(`http://127.0.0.1:${at}/metrics`, { headers: { connection: 'close' } })
    ).text()
    answers.push(/service_instance_id="([^"]+)"/.exec(page)?.[1] ?? page)
  }
  process.stdout.write(JSON.stringify({ warnings: warnings.flat(), instances: [...new Set(answers)] }))
  for (const worker of workers) worker.process.kill('SIGKILL')
  process.exit(0)
}

await (cluster.isPrimary ? lead() : work())
