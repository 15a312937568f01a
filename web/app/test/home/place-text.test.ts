import { expect, it } from 'vitest'
import { placeText } from '../../src/home/place-text.js'
import { makeJob } from '../make-job.js'

it('says where a job stands and when it should be done', () => {
  const said = [
    { ...makeJob(), queue_position: 4, eta_seconds: 12, stalled: false },
    { ...makeJob(), queue_position: 1, eta_seconds: null, stalled: false },
    { ...makeJob({ status: 'processing' }), queue_position: null, eta_seconds: 200, stalled: false },
    { ...makeJob({ status: 'processing' }), queue_position: null, eta_seconds: 0, stalled: false },
    { ...makeJob({ status: 'processing' }), queue_position: null, eta_seconds: 9, stalled: true },
    makeJob(),
    { ...makeJob({ status: 'completed' }), queue_position: 2, eta_seconds: 9, stalled: false },
  ].map(placeText)
  expect(said).toEqual([
    'Number 4 in the queue, about 12 s to go',
    'Next in the queue',
    'About 3 min to go',
    'Done any moment',
    'No progress for unusually long',
    '',
    '',
  ])
})
