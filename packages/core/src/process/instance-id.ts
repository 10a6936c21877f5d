import { hostname } from 'node:os'

const longestHost = 64

/**
 * Returns the host name and the process id, such as `shop-7d9f4-x2x7k-1`. In Kubernetes, the host name is the name of
 * the pod.
 */
export function processName(env: Readonly<Record<string, string | undefined>>): string {
  return nameFrom(env['HOSTNAME'] || hostOfSystem(), process.pid)
}

/** The id is part of names in stores, in which some characters have a meaning. So they are replaced. */
export function nameFrom(host: string, pid: number): string {
  const safe = host.replace(/[^\w.-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '')
  return `${safe === '' ? 'host' : safe.slice(0, longestHost)}-${pid}`
}

/**
 * Adds a random part to the name. It is necessary: in containers, the process id is often 1, and a restarted pod of a
 * StatefulSet has the host name of the pod before.
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
