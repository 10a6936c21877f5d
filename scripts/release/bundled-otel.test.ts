import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

it('is bundled without a warning of a missing export by an application with version 1.9 of the OpenTelemetry API', async () => {
  const { warnings, metafile } = await build({
    entryPoints: [fileURLToPath(new URL('../../packages/otel/src/index.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'], // only with modules do bundlers know what a package exports
    write: false,
    metafile: true,
    logLevel: 'silent',
  })

  expect(warnings.map(({ text }) => text)).toEqual([])
  expect(
    Object.keys(metafile.inputs).filter((path) => /api@1\.9.*\/esm\/index\.js$/.test(path)),
  ).toHaveLength(1)
})
