import { config } from '../config.ts'
import { shop } from '../services/shop.ts'
import { cron } from '../supervisor.ts'

async function sendInvoices(): Promise<void> {
  for (const order of shop.orders.filter(({ invoiced }) => !invoiced)) {
    console.log(`invoice ${order.id}: ${shop.inEuro(order).toFixed(2)} EUR`)
    order.invoiced = true
  }
}

export function scheduleInvoices(): void {
  cron.schedule(config.invoices, sendInvoices, { timezone: 'Europe/Berlin' })
}
