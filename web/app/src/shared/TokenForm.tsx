import { useId, useState, type ReactNode } from 'react'
import { messageOf, requestJson } from './api.js'

interface TokenFormProps {
  title: string
  /** What the token is for. */
  children: ReactNode
  onSignedIn: () => void
}

/** Exchanges a token for the session that later requests of this browser are let in with. */
export function TokenForm({ title, children, onSignedIn }: TokenFormProps) {
  const errorId = useId()
  const [token, setToken] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)

  const submit = async () => {
    setBusy(true)
    try {
      await requestJson('/api/session', { method: 'POST', body: { token } })
      onSignedIn()
    } catch (cause) {
      setError(messageOf(cause))
      setBusy(false)
    }
  }

  return (
    <form
      className="panel token-form"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <h2>{title}</h2>
      <p className="quiet">{children}</p>
      <label className="field">
        <span>Access token</span>
        <input
          type="password"
          autoComplete="current-password"
          autoFocus
          required
          value={token}
          aria-invalid={error !== null}
          aria-describedby={errorId}
          onChange={(event) => setToken(event.target.value)}
        />
      </label>
      <p id={errorId} className="token-error" role="alert">
        {error}
      </p>
      <button type="submit" className="button button-strong" disabled={busy || token === ''}>
        {busy ? 'Signing in…' : 'Sign in'}
      </button>
    </form>
  )
}
