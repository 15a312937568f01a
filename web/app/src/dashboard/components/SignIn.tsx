import { useState } from 'react'
import { messageOf } from '../../shared/api.js'
import type { Dashboard } from '../data/dashboard.js'

interface SignInProps {
  dashboard: Dashboard
  /** What the server said when it refused. */
  reason: string | null
}

export function SignIn({ dashboard, reason }: SignInProps) {
  const [token, setToken] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)

  const submit = async () => {
    setBusy(true)
    try {
      await dashboard.signIn(token)
    } catch (cause) {
      setError(messageOf(cause))
      setBusy(false)
    }
  }

  return (
    <main className="sign-in">
      <form
        className="panel"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <h2>Sign in</h2>
        <p className="quiet">{reason ?? 'The server asks for a token.'}</p>
        <label className="field">
          <span>Access token</span>
          <input
            type="password"
            autoComplete="current-password"
            autoFocus
            required
            value={token}
            aria-invalid={error !== null}
            aria-describedby="sign-in-error"
            onChange={(event) => setToken(event.target.value)}
          />
        </label>
        <p id="sign-in-error" className="sign-in-error" role="alert">
          {error}
        </p>
        <button type="submit" className="button button-strong" disabled={busy || token === ''}>
          {busy ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
    </main>
  )
}
