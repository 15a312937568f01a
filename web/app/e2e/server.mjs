import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const startTimeoutMs = 20_000

/** A jobcastd of our own with a data directory of its own, that can be killed and started again in place. */
export async function ownServer(program, config = '') {
  const folder = mkdtempSync(join(tmpdir(), 'jobcast-e2e-'))
  const configFile = join(folder, 'jobcast.toml')
  writeFileSync(configFile, config)
  let child
  let address = '127.0.0.1:0'

  async function start() {
    const options = ['--config', configFile, '--listen', address, '--data-dir', join(folder, 'data')]
    child = spawn(program, options, {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    address = await listeningAddress(child)
  }
  async function stop(signal) {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  /** As the server counts them. */
  async function openStreams() {
    const text = await (await fetch(`http://${address}/metrics`)).text()
    const counts = [...text.matchAll(/^jobcast_open_streams\{.*\} (\d+)$/gm)]
    return counts.reduce((sum, [, count]) => sum + Number(count), 0)
  }

  await start()
  return {
    url: () => `http://${address}`,
    openStreams,
    start,
    kill: () => stop('SIGKILL'),
    async dispose() {
      await stop('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function listeningAddress(child) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the server did not start in time')), startTimeoutMs)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the server ended at once (exit code ${code})`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const match = /^jobcastd listening on http:\/\/(\S+)$/.exec(line)
      if (!match) return
      clearTimeout(timer)
      resolve(match[1])
    })
  })
}
