export const config = {
  token: process.env['DISCORD_TOKEN'] ?? '',
  /** Tests replace this address with the address of a fake Discord. */
  api: process.env['DISCORD_API'] ?? 'https://discord.com/api',
  channel: process.env['CHANNEL_ID'] ?? '',
  feed: process.env['FEED_URL'] ?? 'https://example.com/feed.json',
  feedPeriodMs: Number(process.env['FEED_PERIOD_MS'] ?? 60_000),
  digest: process.env['DIGEST_CRON'] ?? '0 9 * * *',
  reminders: process.env['REMINDERS_CRON'] ?? '* * * * *',
}
