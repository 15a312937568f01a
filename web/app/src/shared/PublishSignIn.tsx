import { TokenForm } from './TokenForm.js'

/** Shown where the server has refused to make a job. */
export function PublishSignIn({ onSignedIn }: { onSignedIn: () => void }) {
  return (
    <TokenForm title="Sign in" onSignedIn={onSignedIn}>
      This server takes jobs only with the token that it has as auth.publish_token, or auth.admin_token.
    </TokenForm>
  )
}
