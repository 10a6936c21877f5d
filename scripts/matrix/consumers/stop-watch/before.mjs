import cron from 'node-cron'

async function backup() {}

cron.schedule('* * * * * *', backup)
