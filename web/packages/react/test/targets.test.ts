// @vitest-environment node
import { expect, it } from 'vitest'
import { endpointsOf, targetKey } from '../src/core/targets.js'

it('an id goes before a name', () => {
  expect(targetKey({ filename: 'a.pdf', id: 'J1' })).toBe('id=J1')
  expect(targetKey({ filename: 'ä b&c.pdf' })).toBe('filename=%C3%A4%20b%26c.pdf')
  expect(targetKey({ filename: '' })).toBe('')
})

it('each source has its endpoints', () => {
  const status = '/api/background-process?action=status'
  expect(endpointsOf('jobs', {})).toMatchObject({ status, stream: '/api/sse', session: '/api/session' })
  expect(endpointsOf('status', {})).toMatchObject({ status, stream: `${status}&sse=true` })
  expect(endpointsOf('polling', {})).toMatchObject({ status, stream: '' })
})

it('a server elsewhere is asked at its own address', () => {
  expect(endpointsOf('jobs', { baseUrl: 'https://jobs.test/' })).toMatchObject({
    status: 'https://jobs.test/api/background-process?action=status',
    stream: 'https://jobs.test/api/sse',
    session: 'https://jobs.test/api/session',
  })
})

it('another status endpoint is completed with what the server needs', () => {
  expect(endpointsOf('jobs', { endpoint: 'https://jobs.test/s?tenant=7' })).toMatchObject({
    status: 'https://jobs.test/s?tenant=7&action=status',
    stream: 'https://jobs.test/s?tenant=7&action=status&sse=true',
  })
  expect(endpointsOf('status', { endpoint: '/s?action=status' }).status).toBe('/s?action=status')
})
