import { adoptCroner } from '@runwell/adopt/croner'
import { Cron } from 'croner'
import { config } from '../config.ts'
import { shop } from '../services/shop.ts'
import { supervisor } from '../supervisor.ts'

async function fetchRates(): Promise<void> {
  const response = await fetch(config.ratesUrl)
  if (!response.ok) throw new Error(`${config.ratesUrl} responds with ${response.status}`)
  shop.rates = (await response.json()) as Record<string, number>
}

export function scheduleRates(): void {
  adoptCroner(supervisor, new Cron(config.rates, { name: 'rates', protect: true, catch: true }), fetchRates)
}
