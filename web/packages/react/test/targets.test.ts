// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { chooseStreamed, statusEndpoints, targetKey, toTarget, type Target } from '../src/core/targets.js'

const ids = (from: number, to: number): Target[] =>
  Array.from({ length: to - from }, (_, n) => ({ id: `J${from + n}` }))
const keys = (targets: Target[]) => new Set(targets.map(targetKey))

describe('chooseStreamed', () => {
  it('takes all where there is room', () => {
    expect(chooseStreamed(ids(0, 100), new Set())).toEqual({ streamed: ids(0, 100), left: [] })
  })

  it('takes the first hundred', () => {
    expect(chooseStreamed(ids(0, 130), new Set())).toEqual({ streamed: ids(0, 100), left: ids(100, 130) })
  })

  it('does not reopen the stream for a few free places', () => {
    const choice = chooseStreamed(ids(10, 130), keys(ids(0, 100)))
    expect(choice).toEqual({ streamed: ids(10, 100), left: ids(100, 130) })
  })

  it('fills the stream up when enough places are free', () => {
    const choice = chooseStreamed(ids(30, 140), keys(ids(0, 100)))
    expect(choice).toEqual({ streamed: ids(30, 130), left: ids(130, 140) })
  })

  it('fills the stream up when the last have come', () => {
    const choice = chooseStreamed(ids(10, 105), keys(ids(0, 100)))
    expect(choice).toEqual({ streamed: ids(10, 105), left: [] })
  })

  it('keeps the address short enough', () => {
    const long: Target[] = Array.from({ length: 30 }, (_, n) => ({ filename: `${'ü'.repeat(100)}${n}` }))
    const { streamed, left } = chooseStreamed(long, new Set())
    expect(streamed.length + left.length).toBe(30)
    expect(streamed).toHaveLength(9)
  })
})

describe('endpoints', () => {
  it('are completed with what the server needs', () => {
    expect(statusEndpoints()).toEqual({
      status: '/api/background-process?action=status',
      stream: '/api/background-process?action=status&sse=true',
    })
    expect(statusEndpoints('https://jobs.test/status?tenant=7').status).toBe(
      'https://jobs.test/status?tenant=7&action=status',
    )
    expect(statusEndpoints('/s?action=status').status).toBe('/s?action=status')
  })
})

it('an id goes before a name', () => {
  expect(toTarget('a.pdf', 'J1')).toEqual({ id: 'J1' })
  expect(toTarget('a.pdf', undefined)).toEqual({ filename: 'a.pdf' })
  expect(toTarget('', undefined)).toBeNull()
})
