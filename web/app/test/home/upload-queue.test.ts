import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { UploadQueue, type Upload } from '../../src/home/uploads/upload-queue.js'
import { FakeRequest } from './fake-request.js'

const uploads = new Map<string, Upload>()
const onAccepted = vi.fn()
let queue: UploadQueue

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('XMLHttpRequest', FakeRequest)
  FakeRequest.all = []
  uploads.clear()
  onAccepted.mockClear()
  queue = new UploadQueue({
    refuse: () => null,
    onChange: (upload) => uploads.set(upload.key, upload),
    onAccepted,
  })
})

afterEach(() => {
  vi.useRealTimers()
})

const file = (name: string, content = 'content') => new File([content], name)
const add = (...names: string[]) => queue.add(names.map((name) => file(name))).map(({ key }) => key)
const state = (key: string | undefined) => uploads.get(key ?? '')

it('sends each file in a request of its own, as the field the server expects', () => {
  const [key] = add('a.txt')
  const request = FakeRequest.at(0)
  expect([request.method, request.url]).toEqual(['POST', '/api/jobs'])
  expect((request.body?.get('file') as File).name).toBe('a.txt')
  request.answer(202, { job: { id: 'J1' }, jobs: [{ id: 'J1' }] })
  expect(onAccepted).toHaveBeenCalledWith(key, { id: 'J1' })
  expect(queue.busy()).toBe(false)
})

it('sends three at once, and the next when one has ended', () => {
  const keys = add('a', 'b', 'c', 'd', 'e')
  expect(FakeRequest.all).toHaveLength(3)
  FakeRequest.at(1).answer(202, { job: { id: 'J2' } })
  expect(FakeRequest.all).toHaveLength(4)
  queue.cancel(keys[0] ?? '')
  expect(FakeRequest.at(0).aborted).toBe(true)
  expect(FakeRequest.all).toHaveLength(5)
})

it('tells how far it is, and never more than the whole', () => {
  const [key] = add('a.txt')
  FakeRequest.at(0).upload.onprogress?.({ loaded: 3 })
  expect(state(key)).toMatchObject({ phase: 'sending', sentBytes: 3 })
  FakeRequest.at(0).upload.onprogress?.({ loaded: 300 })
  expect(state(key)?.sentBytes).toBe(7)
})

it('tells the reason of the server', () => {
  const [key] = add('a.txt')
  FakeRequest.at(0).answer(413, { code: 'payload_too_large', detail: 'The file is larger than 100 MiB.' })
  expect(state(key)).toMatchObject({ phase: 'refused', message: 'The file is larger than 100 MiB.' })
})

it('tells the status where something else answers', () => {
  const [key] = add('a.txt')
  FakeRequest.at(0).answer(502, '<h1>Bad gateway</h1>')
  expect(state(key)?.message).toBe('The server answered with status 502.')
})

it('tells that the server is away, or went away on the way', () => {
  const [first, second] = add('a.txt', 'b.txt')
  FakeRequest.at(0).fail()
  expect(state(first)?.message).toContain('cannot be reached')
  FakeRequest.at(1).upload.onprogress?.({ loaded: 3 })
  FakeRequest.at(1).fail()
  expect(state(second)?.message).toBe('The connection broke after 3 B of 7 B. Try again.')
})

it('repeats a failed upload under the same key, so that it makes no second job', () => {
  const [key] = add('a.txt')
  FakeRequest.at(0).fail()
  queue.retry(key ?? '')
  expect(FakeRequest.at(1).headers.get('Idempotency-Key')).toBe(
    FakeRequest.at(0).headers.get('Idempotency-Key'),
  )
  FakeRequest.at(1).answer(200, { job: { id: 'J1' } })
  expect(onAccepted).toHaveBeenCalledTimes(1)
})

it('sends nothing for a file that was cancelled while it waited', () => {
  const keys = add('a', 'b', 'c', 'd')
  queue.cancel(keys[3] ?? '')
  FakeRequest.at(0).answer(202, { job: { id: 'J1' } })
  expect(FakeRequest.all).toHaveLength(3)
  expect(state(keys[3])?.phase).toBe('cancelled')
})

it('waits as long as a busy server asks for, and gives up after a while', () => {
  const [key] = add('a.txt')
  for (let attempt = 0; attempt < 5; attempt += 1) {
    FakeRequest.at(attempt).answer(429, { detail: 'Too many requests.' }, '2')
    expect(state(key)).toMatchObject({ phase: 'waiting', message: 'Too many requests.' })
    vi.advanceTimersByTime(1999)
    expect(FakeRequest.all).toHaveLength(attempt + 1)
    vi.advanceTimersByTime(1)
    expect(FakeRequest.all).toHaveLength(attempt + 2)
  }
  FakeRequest.at(5).answer(429, { detail: 'Too many requests.' }, '2')
  expect(state(key)?.phase).toBe('failed')
})

it('does not send what is known to be refused', () => {
  const picky = new UploadQueue({
    refuse: ({ size }) => (size > 4 ? 'too large' : null),
    onChange: (upload) => uploads.set(upload.key, upload),
    onAccepted,
  })
  const added = picky.add([file('long.txt', 'longer'), file('short.txt', 'abc')])
  expect(added.map(({ phase, message }) => [phase, message])).toEqual([
    ['refused', 'too large'],
    ['sending', null],
  ])
  expect(FakeRequest.all).toHaveLength(1)
  expect(picky.busy()).toBe(true)
})
