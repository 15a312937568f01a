import { ConnectionState, type Phase } from '@jobcast/react'

const states: { phase: Phase; meaning: string }[] = [
  { phase: 'connecting', meaning: 'The first attempt; nothing has come yet.' },
  { phase: 'live', meaning: 'The stream is open: each change comes the moment it is on disk.' },
  {
    phase: 'reconnecting',
    meaning: 'The stream broke, or the server restarts. What was missed comes afterwards.',
  },
  { phase: 'polling', meaning: 'No stream can be had, so the status is asked for again and again.' },
  { phase: 'closed', meaning: 'The job has ended: nothing more will come, and nothing is asked.' },
  {
    phase: 'denied',
    meaning: 'The server wants a token that this browser does not have, or can’t have what was asked for.',
  },
]

/** Every state that a connection can be in, with the present one marked. */
export function ConnectionStates({ phase }: { phase: Phase }) {
  return (
    <section className="panel demo-panel" aria-labelledby="states-heading">
      <h2 id="states-heading">Connection states</h2>
      <ul className="states">
        {states.map((state) => (
          <li key={state.phase} aria-current={state.phase === phase || undefined}>
            <ConnectionState phase={state.phase} />
            <span className="quiet">{state.meaning}</span>
          </li>
        ))}
      </ul>
      <p className="quiet">
        Try it: stop the server while a job runs, and start it again. The card says Reconnecting, and then
        goes on where it was.
      </p>
    </section>
  )
}
