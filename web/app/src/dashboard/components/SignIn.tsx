import { useSignal } from '../../shared/signal.js'
import { TokenForm } from '../../shared/TokenForm.js'
import type { Dashboard } from '../data/dashboard.js'

interface SignInProps {
  dashboard: Dashboard
  /** What the server said when it refused: how a token is set, where there is none. */
  reason: string | null
}

export function SignIn({ dashboard, reason }: SignInProps) {
  const session = useSignal(dashboard.session)
  return (
    <main className="sign-in">
      <TokenForm title="Sign in" onSignedIn={() => dashboard.signedIn()}>
        {session?.admin_token_set === false
          ? reason
          : 'The dashboard is for administrators: it wants the token that the server has as auth.admin_token.'}
      </TokenForm>
    </main>
  )
}
