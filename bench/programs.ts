import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const bench = fileURLToPath(new URL('.', import.meta.url))
const compiled = new Map<string, Promise<string>>()
let folder: string | undefined

/**
 * Compiles a program of this folder to JavaScript, because loader hooks would slow down every import.
 *
 * @param program - a path such as `idle/worker.ts`
 * @returns the path of the compiled file
 */
export function compiledProgram(program: string): Promise<string> {
  const known = compiled.get(program) ?? compile(program)
  compiled.set(program, known)
  return known
}

async function compile(program: string): Promise<string> {
  const outfile = join(scratchFolder(), program.replace(/\.ts$/, '.mjs'))
  await build({
    entryPoints: [join(bench, program)],
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  })
  return outfile
}

/** Inside `node_modules`, so that Node finds the packages. */
function scratchFolder(): string {
  if (folder !== undefined) return folder
  const cache = join(bench, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const made = mkdtempSync(join(cache, 'programs-'))
  process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  folder = made
  return made
}
