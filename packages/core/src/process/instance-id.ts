import { hostname } from 'node:os'

const longestHost = 64

/**
 * Returns the host name and the process id, such as `shop-7d9f4-x2x7k-1`. In Kubernetes, the host name is the name of
 * the pod.
 */
export function processName(env: Readonly<Record<string, string | undefined>>): string {
  return nameFrom(env['HOSTNAME'] || hostOfSystem(), process.pid)
}

/** Replaces characters that could have a meaning in the store of a fleet, where names of fields contain this name. */
export function nameFrom(host: string, pid: number): string {
  const safe = host.replace(/[^\w.-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '')
  return `${safe === '' ? 'host' : safe.slice(0, longestHost)}-${pid}`
}

/**
 * Adds a random part to the name, because the name alone may not be unique. In containers, the process id is often 1.
 * A restarted pod of a StatefulSet keeps its host name.
 */
export function newInstanceId(name: string, random: () => number = Math.random): string {
  const digits = Math.floor(random() * 36 ** 8).toString(36)
  return `${name}-${digits.padStart(8, '0')}`
}

function hostOfSystem(): string {
  try {
    return hostname()
  } catch {
    return ''
  }
}
