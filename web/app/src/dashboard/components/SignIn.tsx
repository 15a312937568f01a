import { useState } from 'react'
import { messageOf } from '../../shared/api.js'
import { useSignal } from '../../shared/signal.js'
import type { Dashboard } from '../data/dashboard.js'

interface SignInProps {
  dashboard: Dashboard
  /** What the server said when it refused: how a token is set, where there is none. */
  reason: string | null
}

export function SignIn({ dashboard, reason }: SignInProps) {
  const session = useSignal(dashboard.session)
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
        <p className="quiet">
          {session?.admin_token_set === false
            ? reason
            : 'The dashboard is for administrators: it wants the token that the server has as auth.admin_token.'}
        </p>
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
