// @vitest-environment node
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../scripts/bundle.mjs'
import * as sources from '../src/index.js'
import * as coreSources from '../src/core/index.js'
import { makeJob } from './fake-server.js'

/** Beside the packages that what is bundled imports. */
const cache = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url))

let folder: string
let bundled: typeof sources
let coreBundled: typeof coreSources

beforeAll(async () => {
  mkdirSync(cache, { recursive: true })
  folder = mkdtempSync(join(cache, 'bundle-'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  await bundle(folder)
  const load = (name: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, name)).href)
  bundled = (await load('index.js')) as typeof sources
  coreBundled = (await load('core/index.js')) as typeof coreSources
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Its names are shortened, and none of those that others use may be. */
describe('what users get', () => {
  it('exports the same', () => {
    expect(Object.keys(bundled).sort()).toEqual(Object.keys(sources).sort())
    expect(Object.keys(coreBundled).sort()).toEqual(Object.keys(coreSources).sort())
  })

  it.each(['pending', 'processing', 'completed', 'failed', 'cancelled'] as const)(
    'shows a job that is %s as the sources do',
    (status) => {
      const job = makeJob({ status, queue_position: 2, result: { words: 5, bytes: 2000 } })
      for (const phase of ['connecting', 'live', 'reconnecting', 'polling', 'closed', 'denied'] as const) {
        const show = ({ JobPanel }: typeof sources) =>
          renderToStaticMarkup(createElement(JobPanel, { job, name: 'a.pdf', phase }))
        expect(show(bundled)).toBe(show(sources))
        expect(show(bundled)).toContain(`${status[0]?.toUpperCase()}${status.slice(1)}</span>`)
      }
    },
  )

  it('shows the same before anything is known', () => {
    const show = ({ JobStatus }: typeof sources) =>
      renderToStaticMarkup(createElement(JobStatus, { filename: 'a.pdf' }))
    expect(show(bundled)).toBe(show(sources))
  })
})
