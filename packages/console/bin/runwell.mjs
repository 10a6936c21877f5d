#!/usr/bin/env node
// The command in a clone, where the sources are not built. The published package has its own command in `dist`.
import { register } from 'tsx/esm/api'

register()
await import('../src/cli/main.ts')
