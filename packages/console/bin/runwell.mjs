#!/usr/bin/env node
// For a clone of the repository: starts the command from the sources. The npm package starts dist/esm/cli/main.js.
import { register } from 'tsx/esm/api'

register()
await import('../src/cli/main.ts')
