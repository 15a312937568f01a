import type { JobView } from '@jobcast/react'

const longest = 60

/** The values of a hook, as a component gets them. */
export function HookValues({ view }: { view: JobView }) {
  const { job, ...rest } = view
  const values: [string, unknown][] = Object.entries(rest).filter(([, value]) => typeof value !== 'function')
  const jobValues: [string, unknown][] = job
    ? (['status', 'progress', 'status_description', 'error_message', 'seq'] as const).map((name) => [
        `job.${name}`,
        job[name],
      ])
    : [['job', null]]
  return (
    <dl className="hook-values">
      {[...values, ...jobValues].map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{shown(value)}</dd>
        </div>
      ))}
    </dl>
  )
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
