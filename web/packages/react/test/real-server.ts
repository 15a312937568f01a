import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import process from 'node:process'
import type { Job } from '../src/index.js'

/** The program to start; tests that need it are skipped where it is not named. */
export const program = process.env.JOBCASTD

const startTimeoutMs = 20_000

/** A jobcastd of our own with a data directory of its own, that can be killed and started again in place. */
export class RealServer {
  private readonly dataDir = mkdtempSync(join(tmpdir(), 'jobcast-react-'))
  private address = '127.0.0.1:0'
  private child: ChildProcess | undefined

  url(): string {
    return `http://${this.address}`
  }

  async start(): Promise<void> {
    const options = ['--listen', this.address, '--data-dir', this.dataDir, '--log-level', 'warn']
    this.child = spawn(program ?? '', options, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.address = await listeningAddress(this.child)
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const { child } = this
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  async dispose(): Promise<void> {
    await this.stop()
    rmSync(this.dataDir, { recursive: true, force: true })
  }

  /** A job whose state the test tells. */
  async makeJob(filename: string): Promise<Job> {
    return (await this.send('POST', '/api/jobs', { filename, kind: 'external' })).job
  }

  async tell(id: string, change: object): Promise<Job> {
    return (await this.send('PATCH', `/api/jobs/${id}`, change)).job
  }

  private async send(method: string, path: string, body: object): Promise<{ job: Job }> {
    const headers = { 'Content-Type': 'application/json' }
    const response = await fetch(this.url() + path, { method, headers, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as { job: Job }
  }

  async remove(id: string): Promise<void> {
    await fetch(`${this.url()}/api/jobs/${id}`, { method: 'DELETE' })
  }

  /** Open streams, as the server counts them. */
  async openStreams(): Promise<number> {
    const text = await (await fetch(`${this.url()}/metrics`)).text()
    const counts = [...text.matchAll(/^jobcast_open_streams\{.*\} (\d+)$/gm)]
    return counts.reduce((sum, [, count]) => sum + Number(count), 0)
  }
}

function listeningAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the server did not start in time')), startTimeoutMs)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the server ended at once (exit code ${code})`)))
    if (!child.stdout) return reject(new Error('the server has no output'))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /^jobcastd listening on http:\/\/(\S+)$/.exec(line)?.[1]
      if (!address) return
      clearTimeout(timer)
      resolve(address)
    })
  })
}
