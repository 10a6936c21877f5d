import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { bundleOf } from '../../../scripts/test/bundle-of.ts'
import { OtlpReceiver } from './processes/otlp-receiver.ts'

interface Said {
  readonly warnings: string[]
  readonly instances: string[]
}

async function runCluster(ownPorts: boolean): Promise<Said & { port: number }> {
  const free = await OtlpReceiver.listen()
  const { port } = free
  await free.close()
  const { OTEL_SDK_DISABLED: _, ...env } = process.env
  const program = [bundleOf('packages/otel/test/processes/cluster.ts'), JSON.stringify({ port, ownPorts })]
  const { stdout } = await promisify(execFile)(process.execPath, program, {
    env: { ...env, OTEL_LOGS_EXPORTER: 'none' },
    timeout: 25_000,
    killSignal: 'SIGKILL',
  })
  return { ...(JSON.parse(stdout) as Said), port }
}

describe('a cluster whose workers serve metrics to Prometheus', { timeout: 30_000 }, () => {
  it('answers every scrape of one port by the same worker, and the others warn with the cure', async () => {
    const { warnings, instances, port } = await runCluster(false)

    expect(instances).toHaveLength(1)
    expect(warnings).toHaveLength(2)
    expect(warnings[0]).toMatch(
      new RegExp(
        `^Runwell: port ${port} is in use, most likely by another worker of this cluster, so the metrics of worker \\d can't be ` +
          `scraped. Give each worker its own port: prometheus: { port: ${port} \\+ cluster.worker.id }`,
      ),
    )
  })

  it('serves the metrics of each worker on its own port, without a warning', async () => {
    const { warnings, instances } = await runCluster(true)

    expect(warnings).toEqual([])
    expect(instances).toHaveLength(3)
  })
})
