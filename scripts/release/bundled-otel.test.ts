import { execFile } from 'node:child_process'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { expect, it, onTestFinished } from 'vitest'

it('is bundled without a warning of a missing export by an application with version 1.9 of the OpenTelemetry API', async () => {
  const { warnings, metafile } = await build({
    entryPoints: [fileURLToPath(new URL('../../packages/otel/src/index.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'], // prefers ES modules, because the bundler can see missing exports only there
    write: false,
    metafile: true,
    logLevel: 'silent',
  })

  expect(warnings.map(({ text }) => text)).toEqual([])
  expect(
    Object.keys(metafile.inputs).filter((path) => /api@1\.9.*\/esm\/index\.js$/.test(path)),
  ).toHaveLength(1)
})

it.each([
  ['esm', 'app.mjs'],
  ['cjs', 'app.cjs'],
] as const)(
  'tells a bundle (%s) without node_modules what it has to be shipped with',
  async (format, file) => {
    const folder = await mkdtemp(join(tmpdir(), 'runwell-bundle-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const start =
      "startTelemetry({ serviceName: 'shop' }).catch(({ code, message }) => console.log(code, message))"
    const outfile = join(folder, file)
    await build({
      stdin: {
        contents: `import { startTelemetry } from './index.ts'\n${start}`,
        resolveDir: fileURLToPath(new URL('../../packages/otel/src/node', import.meta.url)),
      },
      bundle: true,
      platform: 'node',
      format,
      outfile,
    })

    const { stdout } = await promisify(execFile)(process.execPath, [outfile])

    expect(stdout.trim()).toBe(
      `RUNWELL_MISSING_PACKAGE Could not find @opentelemetry/sdk-node to set up telemetry, which ${await realpath(outfile)} has ` +
        'asked for. That file seems to be a bundle: bundlers do not include what startTelemetry loads. Put a node_modules folder that has the package ' +
        'beside the file or above it. If the package is not installed at all, run: npm install @opentelemetry/sdk-node (if npm answers ERESOLVE, add @opentelemetry/api@1.9)',
    )
  },
)
