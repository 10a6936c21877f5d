import { runwellExpress } from '@runwell/adopt/express'
import { handleSignals } from '@runwell/core'
import express from 'express'
import { config } from './config.ts'
import { scheduleCarts } from './jobs/carts.ts'
import { scheduleInvoices } from './jobs/invoices.ts'
import { scheduleRates } from './jobs/rates.ts'
import { scheduleSessions } from './jobs/sessions.ts'
import { orders } from './routes/orders.ts'
import { sessions } from './routes/sessions.ts'
import { supervisor } from './supervisor.ts'

const app = express()
app.use(runwellExpress(supervisor))
app.use(express.json())
app.use('/orders', orders)
app.use('/sessions', sessions)

scheduleCarts()
scheduleInvoices()
scheduleRates()
scheduleSessions()

const server = app.listen(config.port, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object') console.log(`listening on http://127.0.0.1:${address?.port}`)
})

handleSignals(supervisor, { before: () => void server.close() })
