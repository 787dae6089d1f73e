// Connects with Node's clients; lines in and out as probe.py has them.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const require = createRequire(process.argv[2] + '/')
const pg = require('pg')
const postgres = require('postgres')

process.removeAllListeners('warning')
process.on('warning', () => {})

const question = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()'

async function withPg(dsn) {
  const client = new pg.Client({ connectionString: dsn, connectionTimeoutMillis: 20000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query(question)).rows[0].ssl
  } finally {
    await client.end().catch(() => {})
  }
}

async function withPostgres(dsn) {
  const sql = postgres(dsn, { max: 1, connect_timeout: 20, onnotice: () => {} })
  try {
    return (await sql.unsafe(question))[0].ssl
  } finally {
    await sql.end({ timeout: 0 }).catch(() => {})
  }
}

// What a client throws out of a callback of its own ends a program; here it ends one question.
let uncaught = () => {}
process.on('uncaughtException', (error) => uncaught(error))

const path = process.env.PATH
for await (const line of createInterface({ input: process.stdin })) {
  const [driver, dsn, ...variables] = line.split('\t')
  for (const name of Object.keys(process.env)) delete process.env[name]
  process.env.PATH = path
  for (const variable of variables) {
    const at = variable.indexOf('=')
    process.env[variable.slice(0, at)] = variable.slice(at + 1)
  }
  try {
    const thrown = new Promise((_, reject) => { uncaught = reject })
    thrown.catch(() => {})
    const tls = await Promise.race([driver === 'pg' ? withPg(dsn) : withPostgres(dsn), thrown])
    console.log(`ok\t${tls ? 't' : 'f'}`)
  } catch (error) {
    console.log(`error\t${String(error?.message ?? error).replace(/[\n\t]/g, ' ')}`)
  }
}
process.exit(0)
