import { beforeEach, expect, it, vi } from 'vitest'
import type { Job } from '@jobcast/react'
import { FileList, isLocked } from '../../src/home/file-list.js'
import { readKeptJobs, writeKeptJobs } from '../../src/home/kept-jobs.js'
import { FakeRequest } from './fake-request.js'

const storageKey = 'jobcast.jobs'
const job = (id: string, change: Partial<Job> = {}) =>
  ({ id, filename: `${id}.txt`, status: 'processing', seq: 1, result: null, ...change }) as Job

beforeEach(() => {
  localStorage.clear()
  FakeRequest.all = []
  vi.stubGlobal('XMLHttpRequest', FakeRequest)
})

it('turns an upload into a job in its place, and keeps it over a reload', () => {
  const list = new FileList()
  list.upload([new File(['x'], 'a.txt'), new File(['x'], 'b.txt')])
  const keys = list.snapshot().map(({ key }) => key)
  FakeRequest.at(0).answer(202, { job: job('J1') })
  expect(list.snapshot().map(({ key }) => key)).toEqual(keys)
  expect(list.snapshot()[0]).toMatchObject({ upload: null, job: { id: 'J1' } })
  expect(new FileList().snapshot().map((entry) => entry.job?.id)).toEqual(['J1'])
})

it('writes down a job when its status changes', () => {
  writeKeptJobs([job('J1')])
  const list = new FileList()
  list.noteJob('J1', job('J1', { status: 'completed', seq: 2 }))
  expect(readKeptJobs()).toMatchObject([{ id: 'J1', status: 'completed' }])
})

it('clears what has finished, and only that', () => {
  writeKeptJobs([job('J1'), job('J2', { status: 'failed' }), job('J3', { status: 'completed' })])
  const list = new FileList()
  list.upload([new File(['x'], 'a.txt')])
  list.clearFinished()
  expect(list.snapshot().map((entry) => entry.job?.id ?? entry.upload?.file.name)).toEqual(['a.txt', 'J1'])
  expect(readKeptJobs()).toHaveLength(1)
})

it('follows another tab, and keeps its own uploads', () => {
  const list = new FileList()
  list.upload([new File(['x'], 'a.txt')])
  writeKeptJobs([job('J9')])
  window.dispatchEvent(new StorageEvent('storage', { key: storageKey }))
  expect(list.snapshot().map((entry) => entry.job?.id ?? entry.upload?.file.name)).toEqual(['a.txt', 'J9'])
})

it('keeps the newest hundred', () => {
  writeKeptJobs(Array.from({ length: 130 }, (_, n) => job(`J${n}`)))
  expect(readKeptJobs()).toHaveLength(100)
  expect(readKeptJobs()[0]?.id).toBe('J0')
})

it.each(['{', '7', '[{"id":3},null,"x"]'])('starts empty where the storage holds %s', (text) => {
  localStorage.setItem(storageKey, text)
  expect(readKeptJobs()).toEqual([])
})

it('works where the storage is forbidden', () => {
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('denied', 'SecurityError')
  })
  expect(() => writeKeptJobs([job('J1')])).not.toThrow()
})

it('sends again what was refused for want of a token, and only that', () => {
  const list = new FileList()
  list.upload([new File(['x'], 'a.txt'), new File(['x'], 'b.txt')])
  FakeRequest.at(0).answer(401, { detail: 'this needs a token' })
  FakeRequest.at(1).fail()
  expect(list.snapshot().map(isLocked)).toEqual([true, false])
  list.retryLocked()
  expect(list.snapshot().some(isLocked)).toBe(false)
  expect(FakeRequest.all).toHaveLength(3)
  FakeRequest.at(2).answer(202, { job: job('J1') })
  expect(list.snapshot()[0]?.job?.id).toBe('J1')
})
