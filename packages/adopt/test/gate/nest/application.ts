import { type INestApplicationContext, Module, type ModuleMetadata } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { Supervisor } from '@runwell/core'
import { type EventRecorder, recordEvents, VirtualClock } from '@runwell/core/testing'
import { afterEach } from 'vitest'

type Class = new (...args: never[]) => object

/** Applies decorators as with `experimentalDecorators`, which is off for these tests. */
export function decorate<Target extends Class>(
  target: Target,
  methods: { readonly [Key in keyof InstanceType<Target>]?: MethodDecorator | readonly MethodDecorator[] },
): Target {
  for (const [key, decorators] of Object.entries(methods)) {
    const descriptor = Object.getOwnPropertyDescriptor(target.prototype, key) as PropertyDescriptor
    for (const each of [decorators].flat().reverse())
      (each as MethodDecorator)(target.prototype, key, descriptor)
  }
  return target
}

export function decorateParameters<Target extends Class>(
  target: Target,
  decorators: readonly ParameterDecorator[],
): Target {
  decorators.forEach((each, index) => {
    each(target, undefined, index)
  })
  return target
}

export function makeModule(metadata: ModuleMetadata, name = 'AppModule'): Class {
  const made = { [name]: class {} }[name] as Class
  Module(metadata)(made)
  return made
}

const open: { close(): Promise<void> }[] = []
export async function closeApplications(): Promise<void> {
  for (const each of open.splice(0)) await each.close()
}
afterEach(closeApplications)

export async function startApplication(root: Class): Promise<INestApplicationContext> {
  const application = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false })
  open.push(application)
  return application
}

export function makeSupervisor(startAt = '2027-03-01T00:00:00Z'): {
  readonly clock: VirtualClock
  readonly supervisor: Supervisor
  readonly recorder: EventRecorder
} {
  const clock = new VirtualClock({ startAt })
  const recorder = recordEvents()
  return { clock, recorder, supervisor: new Supervisor({ clock, observers: [recorder] }) }
}
