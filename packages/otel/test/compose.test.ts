import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const folder = new URL('../../../examples/observability/', import.meta.url)
const read = (path: string) => parse(readFileSync(new URL(path, folder), 'utf8'))

interface Server {
  readonly image: string
  readonly ports: readonly string[]
  readonly volumes: readonly string[]
}

const servers = read('compose.yaml').services as Readonly<Record<string, Server>>

describe('the compose file of the example', () => {
  it('mounts existing files read-only at the paths that the servers use', () => {
    const mounts = Object.values(servers).flatMap(({ volumes }) => volumes.map((each) => each.split(':')))

    expect(mounts.filter(([source]) => !existsSync(new URL(String(source), folder)))).toEqual([])
    expect(mounts.filter(([, , mode]) => mode !== 'ro')).toEqual([])
    const targets = mounts.map(([, target]) => target)
    const { rule_files: rules } = read('prometheus/prometheus.yaml')
    expect(rules).toEqual(['rules/*.yaml', 'runwell/otlp/*.yml'])
    expect(targets).toEqual(
      expect.arrayContaining([
        '/etc/prometheus/rules',
        '/etc/prometheus/runwell/otlp',
        '/etc/grafana/dashboards',
      ]),
    )
    const [dashboards] = read('grafana/provisioning/dashboards/runwell.yaml').providers
    expect(dashboards.options.path).toBe('/etc/grafana/dashboards')
  })

  it('has servers with the names of the configurations and pinned versions, and no port open to the network', () => {
    expect(Object.values(servers).filter(({ image }) => !/:v?\d+\.\d+\.\d+$/.test(image))).toEqual([])
    const ports = Object.values(servers).flatMap((server) => server.ports)
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
    const { datasources } = read('grafana/provisioning/datasources/servers.yaml')
    const named = [
      ...datasources.map(({ url }: { url: string }) => new URL(url).host),
      ...read('prometheus/prometheus.yaml').alerting.alertmanagers[0].static_configs[0].targets,
    ]
    expect(named).toEqual(['prometheus:9090', 'jaeger:16686', 'alertmanager:9093', 'alertmanager:9093'])
    for (const host of named) {
      const [name = '', port] = String(host).split(':')
      expect(servers[name]?.ports).toContain(`127.0.0.1:${port}:${port}`)
    }
  })
})
