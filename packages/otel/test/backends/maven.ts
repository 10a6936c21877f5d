import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { MissingError } from './missing-error.ts'

export interface Coordinates {
  readonly group: string
  readonly artifact: string
  readonly version: string
  readonly classifier: string
}

export async function fetchJar(mvn: string, jar: Coordinates, folder: string): Promise<string> {
  const { group, artifact, version, classifier } = jar
  const path = join(folder, `${artifact}-${version}-${classifier}.jar`)
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  const name = [group, artifact, version, 'jar', classifier].join(':')
  console.log(`Fetching ${name} once`)
  const { status, stdout, stderr } = spawnSync(
    mvn,
    ['-q', '-B', 'dependency:copy', `-Dartifact=${name}`, `-DoutputDirectory=${folder}`],
    { encoding: 'utf8' },
  )
  if (status === 0 && existsSync(path)) return path
  throw new MissingError(`Maven could not fetch ${name}:\n${`${stdout}${stderr}`.trim().slice(-1_000)}`)
}
