import type { onTestFinished } from 'vitest'
import { bundleOf } from '../../../../scripts/test/bundle-of.ts'
import { OtlpReceiver } from './otlp-receiver.ts'
import { runProgram } from './run-program.ts'

export async function receiver(
  finished: typeof onTestFinished,
  answer: Parameters<typeof OtlpReceiver.listen>[0] = 'ok',
): Promise<OtlpReceiver> {
  const made = await OtlpReceiver.listen(answer)
  finished(() => made.close())
  return made
}

export function run(...more: Parameters<typeof runProgram> extends [unknown, ...infer Rest] ? Rest : never) {
  return runProgram([bundleOf('packages/otel/test/processes/service.ts')], ...more)
}
