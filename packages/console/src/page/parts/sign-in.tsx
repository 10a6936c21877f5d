import { useSignal } from '@preact/signals'
import { signIn } from '../state/connection.ts'
import { WithCode } from './with-code.tsx'

/** @param why - why the console has refused the request of the page */
export function SignIn({ why }: { readonly why: string }) {
  const problem = useSignal<string | undefined>(undefined)
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const token = new FormData(event.currentTarget as HTMLFormElement).get('token')
    problem.value = undefined
    problem.value = await signIn(String(token))
  }
  return (
    <form class="sign-in connection" onSubmit={submit}>
      <p role="alert">
        <WithCode text={problem.value ?? why} />
      </p>
      {/* Password managers store a password only together with the name of a user. */}
      <input name="username" autocomplete="username" value="runwell" readOnly hidden />
      <label>
        Token <input name="token" type="password" autocomplete="current-password" required />
      </label>{' '}
      <button type="submit" class="primary">
        Sign in
      </button>
    </form>
  )
}
