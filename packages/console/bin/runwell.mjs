#!/usr/bin/env node
// The command of a clone, whose sources nobody has built. The published package has its own in `dist`.
import { register } from 'tsx/esm/api'

register()
await import('../src/cli/main.ts')
