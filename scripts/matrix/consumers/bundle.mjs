// Bundles consumer.mjs as an application does: node bundle.mjs webpack bundles/webpack.mjs
import { writeFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'

const [bundler, out] = process.argv.slice(2)
const entry = resolve('consumer.mjs')

const bundlers = {
  async esbuild() {
    const { build } = await import('esbuild')
    const options = { bundle: true, platform: 'node', format: 'esm', mainFields: ['module', 'main'] }
    const { warnings } = await build({ ...options, entryPoints: [entry], outfile: out })
    return warnings.map(({ text }) => text)
  },

  async webpack() {
    const { default: webpack } = await import('webpack')
    const stats = await new Promise((done, fail) => {
      const output = { path: resolve(dirname(out)), filename: basename(out), module: true }
      const options = {
        entry,
        target: 'node20',
        mode: 'production',
        experiments: { outputModule: true },
        output,
      }
      webpack(options, (error, result) => (error ? fail(error) : done(result)))
    })
    const { errors, warnings } = stats.toJson()
    return [...errors, ...warnings].map(({ message }) => message)
  },

  async rollup() {
    const { rollup } = await import('rollup')
    const plugins = ['node-resolve', 'commonjs', 'json'].map(async (name) => {
      const { default: plugin } = await import(`@rollup/plugin-${name}`)
      return plugin(name === 'node-resolve' ? { preferBuiltins: true, exportConditions: ['node'] } : {})
    })
    const warnings = []
    const onwarn = ({ code, message }) => {
      if (code !== 'CIRCULAR_DEPENDENCY' && code !== 'THIS_IS_UNDEFINED') warnings.push(message)
    }
    const bundle = await rollup({ input: entry, plugins: await Promise.all(plugins), onwarn })
    await bundle.write({ file: out, format: 'es', inlineDynamicImports: true })
    return warnings
  },

  async ncc() {
    const { default: ncc } = await import('@vercel/ncc')
    const { code } = await ncc(entry, { cache: false, quiet: true })
    writeFileSync(out, code)
    return []
  },
}

const warnings = await bundlers[bundler]()
if (warnings.length > 0) throw new Error(`${bundler} warns: ${warnings.join('\n')}`)
