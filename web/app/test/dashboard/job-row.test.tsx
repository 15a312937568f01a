import { expect, it } from 'vitest'
import { render } from '../../../packages/react/test/render.js'
import { JobRow } from '../../src/dashboard/components/JobRow.js'
import { makeJob } from '../make-job.js'

it('shows a name that turns the direction of text as it is', () => {
  const job = makeJob({ filename: 'cod\u202efdp.exe' })
  const row = <JobRow job={job} index={0} selected={false} active={false} open={false} />
  const { container, unmount } = render(row)
  expect(container.querySelector('.cell-file > bdi')?.textContent).toBe('cod[U+202E]fdp.exe')
  expect(container.innerHTML).not.toContain('\u202e')
  unmount()
})
