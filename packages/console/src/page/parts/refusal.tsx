import type { Refused } from '../state/refused.ts'
import { WithCode } from './with-code.tsx'

/** Stands where a view would be if the API had answered with the view's data. */
export function Refusal({ of, onAgain }: { readonly of: Refused; readonly onAgain: () => void }) {
  return (
    <div class="refusal note" role="alert">
      <p>
        <WithCode text={of.textWithCure} />
      </p>
      <button type="button" onClick={onAgain}>
        Try again
      </button>
    </div>
  )
}
