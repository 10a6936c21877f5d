#!/usr/bin/env node
// Starts the command from the sources, for a clone of the repository.
import { register } from 'tsx/esm/api'

register()
await import('../src/cli/main.ts')
