import { beginning } from '../format.ts'

const shownChars = 200

/** Shows the beginning of a long text, and all of it after a click: twenty errors of 1 KB would fill the page. */
export function LongText({ text }: { readonly text: string }) {
  if (text.length <= shownChars) return <>{text}</>
  return (
    <details>
      <summary>{beginning(text, shownChars)}…</summary>
      {text}
    </details>
  )
}
