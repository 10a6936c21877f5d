import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fastRules } from './speed.ts'
import { type Job, jobs, spellingOf, ways } from './ways.ts'

const examples = fileURLToPath(new URL('../../../../examples/observability', import.meta.url))
const inhibition = fileURLToPath(new URL('../../prometheus/alertmanager/inhibition.yml', import.meta.url))

export type Change = readonly [from: string, to: string]

/** Copies configuration files of `examples/observability`, with other addresses and intervals. */
export class Configuration {
  readonly #folder: string
  readonly #changes: readonly Change[]

  constructor(folder: string, changes: readonly Change[]) {
    this.#folder = folder
    this.#changes = [...changes, ['scrape_configs:\n', `scrape_configs:\n${jobs.map(scrapeConfig).join('')}`]]
    this.#copyRules()
  }

  /**
   * @returns the path of the copy
   * @throws Error if the file does not contain a text of `changes`
   */
  copy(file: string, ...changes: readonly Change[]): string {
    let text = readFileSync(join(examples, file), 'utf8')
    for (const [from, to] of changes) {
      if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`)
      text = text.replaceAll(from, to)
    }
    for (const [from, to] of this.#changes) text = text.replaceAll(from, to)
    return this.#write(file, text)
  }

  copyWithInhibition(file: string): string {
    const path = this.copy(file)
    return this.#write(file, `${readFileSync(path, 'utf8')}\n${readFileSync(inhibition, 'utf8')}`)
  }

  rules(way: (typeof ways)[number]): readonly string[] {
    const folder = join(this.#folder, 'prometheus')
    return [join(folder, 'rules/*.yaml'), join(folder, 'runwell', spellingOf[way], '*.yml')]
  }

  #copyRules(): void {
    const target = join(this.#folder, 'prometheus')
    cpSync(join(examples, 'prometheus/rules'), join(target, 'rules'), { recursive: true })
    mkdirSync(join(target, 'targets'))
    for (const way of ways) {
      const folder = join(target, 'runwell', spellingOf[way])
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'runwell.yml'), fastRules(spellingOf[way]))
    }
  }

  #write(file: string, text: string): string {
    const target = join(this.#folder, file)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
    return target
  }
}

function scrapeConfig(job: Job): string {
  return `  - job_name: ${job}\n    file_sd_configs: [{ files: [targets/${job}.json], refresh_interval: 1s }]\n`
}
