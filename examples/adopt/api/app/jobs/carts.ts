import { config } from '../config.ts'
import { shop } from '../services/shop.ts'
import { cron } from '../supervisor.ts'

const abandonedMs = 60 * 60_000

function dropCarts(): void {
  for (const [id, { touchedAt }] of shop.carts) {
    if (touchedAt < Date.now() - abandonedMs) shop.carts.delete(id)
  }
}

export function scheduleCarts(): void {
  cron.schedule(config.carts, dropCarts)
}
