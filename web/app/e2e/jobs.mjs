import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'

const agent = new Agent({ keepAlive: true, maxSockets: 32 })

/** The server's API, for the part that handlers and workers play. */
export function jobsOf(server) {
  const call = (method, path, body) => send(server.url() + path, method, body)
  return {
    call,
    /** A job that only this test moves on. */
    async external(filename, more = {}) {
      const { job } = await call('POST', '/api/jobs', { filename, kind: 'external', max_retries: 0, ...more })
      return job
    },
    patch: (job, body) => call('PATCH', `/api/jobs/${job.id}`, body),
    async upload({ name, mimeType, buffer }) {
      const form = new FormData()
      form.append('file', new Blob([buffer], { type: mimeType }), name)
      const answer = await fetch(`${server.url()}/api/jobs`, { method: 'POST', body: form })
      assert.equal(answer.status, 202)
      return (await answer.json()).job
    },
    /** Many jobs, in the order of their names. */
    async many(count, nameOf) {
      const jobs = []
      const abreast = 32
      for (let first = 0; first < count; first += abreast) {
        const names = Array.from({ length: Math.min(abreast, count - first) }, (_, n) => nameOf(first + n))
        jobs.push(...(await Promise.all(names.map((name) => this.external(name)))))
      }
      return jobs
    },
  }
}

function send(url, method, body) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const headers = text === undefined ? {} : { 'Content-Type': 'application/json' }
    const asked = request(url, { method, headers, agent }, (answer) => {
      const parts = []
      answer.on('data', (part) => parts.push(part))
      answer.on('error', reject)
      answer.on('end', () => {
        const reply = Buffer.concat(parts).toString()
        if (answer.statusCode >= 400) reject(new Error(`${method} ${url}: ${answer.statusCode} ${reply}`))
        else resolve(reply === '' ? null : JSON.parse(reply))
      })
    })
    asked.on('error', reject)
    asked.end(text)
  })
}
