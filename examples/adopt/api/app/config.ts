export const config = {
  port: Number(process.env['PORT'] ?? 3000),
  rates: process.env['RATES_CRON'] ?? '*/5 * * * *',
  ratesUrl: process.env['RATES_URL'] ?? 'https://example.com/rates.json',
  invoices: process.env['INVOICES_CRON'] ?? '0 3 * * *',
  carts: process.env['CARTS_CRON'] ?? '*/10 * * * *',
  sessionPeriodMs: Number(process.env['SESSION_PERIOD_MS'] ?? 60_000),
}
