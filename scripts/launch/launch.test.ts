import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>
}

function installsFirst(name: string): boolean {
  const first = (scripts[name] ?? '').replace(/^exec /, '')
  if (/^node scripts\/launch\/launch\.mjs( \w+$| && )/.test(first)) return true
  const [, other] = /^npm run ([\w:]+)/.exec(first) ?? []
  return other !== undefined && installsFirst(other)
}

describe('a fresh clone', () => {
  it('can run every npm script, because each installs what is missing first', () => {
    const others = Object.keys(scripts).filter((name) => name !== 'ci' && !installsFirst(name))

    expect(others).toEqual([])
    expect(scripts['ci']).toBe('exec .ci/run')
  })
})

describe('the launcher', () => {
  let folder = ''

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'runwell-launch-'))
    cpSync(join(root, 'scripts/launch'), join(folder, 'scripts/launch'), { recursive: true })
    for (const member of ['.', 'apps/one', 'tools']) {
      mkdirSync(join(folder, member), { recursive: true })
      writeFileSync(join(folder, member, 'package.json'), '{ "type": "module" }')
    }
    writeFileSync(join(folder, 'pnpm-lock.yaml'), '')
    writeFileSync(join(folder, 'pnpm-workspace.yaml'), 'packages:\n  - apps/*\n  - tools\n\ncatalog:\n')
    mkdirSync(join(folder, 'bin'))
    const npm = `#!/bin/sh\necho "$@" >> ${folder}/calls\nmkdir -p node_modules apps/one/node_modules tools/node_modules\n`
    writeFileSync(join(folder, 'bin/npm'), npm)
    chmodSync(join(folder, 'bin/npm'), 0o755)
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const launcher = (): string => join(folder, 'scripts/launch/launch.mjs')
  const environment = (): NodeJS.ProcessEnv => {
    const { npm_execpath: _, ...env } = process.env
    return { ...env, PATH: `${join(folder, 'bin')}${delimiter}${env['PATH']}` }
  }
  const launch = (): number | null => {
    const { status } = spawnSync(process.execPath, [launcher()], { env: environment() })
    return status
  }
  const installs = (): number =>
    readFileSync(join(folder, 'calls'), 'utf8').match(/pnpm install --frozen-lockfile/g)?.length ?? 0

  it('installs once, and again after a member has changed or lost its modules', () => {
    expect(launch()).toBe(0)
    expect(launch()).toBe(0)
    expect(installs()).toBe(1)

    writeFileSync(join(folder, 'tools/package.json'), '{ "private": true }')
    expect(launch()).toBe(0)
    expect(installs()).toBe(2)

    rmSync(join(folder, 'apps/one/node_modules'), { recursive: true })
    expect(launch()).toBe(0)
    expect(installs()).toBe(3)
  })

  it('passes on the exit code of a failed install', () => {
    writeFileSync(join(folder, 'bin/npm'), '#!/bin/sh\nexit 7\n')

    expect(launch()).toBe(7)
  })

  it('takes its program with it when it is killed', async () => {
    const programs: Readonly<Record<string, string>> = {
      docs: 'docs/site/build.ts',
      test: 'node_modules/vitest/vitest.mjs',
    }
    for (const file of Object.values(programs)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), "console.log('up'); setInterval(() => {}, 1_000)")
    }
    mkdirSync(join(folder, 'node_modules/tsx'), { recursive: true })
    writeFileSync(join(folder, 'node_modules/tsx/package.json'), '{ "exports": "./index.mjs" }')
    const load = `import { readFileSync } from 'node:fs'
      export const load = (url, context, next) => url.endsWith('.ts')
        ? { format: 'module', shortCircuit: true, source: readFileSync(new URL(url)) } : next(url, context)`
    const register = `import { register } from 'node:module'
      register('data:text/javascript,' + ${JSON.stringify(encodeURIComponent(load))})`
    writeFileSync(join(folder, 'node_modules/tsx/index.mjs'), register)
    expect(launch()).toBe(0)

    await Promise.all(
      Object.keys(programs).map(async (name) => {
        const killed = spawn(process.execPath, [launcher(), name], { env: environment() })
        await once(killed.stdout, 'data')
        killed.kill('SIGKILL')
        await once(killed, 'close')
      }),
    )
  })
})
