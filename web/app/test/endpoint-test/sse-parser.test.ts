import { expect, it } from 'vitest'
import { SseParser } from '../../src/endpoint-test/data/sse-parser.js'

it('gives frames whole, however the stream is cut', () => {
  const parser = new SseParser()
  const text =
    'retry: 2000\nevent: status\nid: 7\ndata: {"a":1}\n\n: a comment\n\ndata: x\ndata: y\n\nevent: half'
  const frames = [...text].flatMap((piece) => parser.take(piece))
  expect(frames).toEqual([
    { event: 'status', data: '{"a":1}', id: '7', retryMs: 2000, length: 47 },
    { event: 'message', data: 'x\ny', id: null, retryMs: null, length: 17 },
  ])
  expect(parser.take(' way\n\n')).toMatchObject([{ event: 'half way' }])
})

it('takes every line end', () => {
  expect(new SseParser().take('event: a\r\ndata: 1\r\n\r\nevent: b\rdata: 2\r\r')).toMatchObject([
    { event: 'a', data: '1' },
    { event: 'b', data: '2' },
  ])
})
