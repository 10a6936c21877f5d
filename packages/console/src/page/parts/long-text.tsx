const shownChars = 200

/** Shows the beginning of a long text, and the rest after a click: twenty errors of 1 KB would fill the page. */
export function LongText({ text }: { readonly text: string }) {
  if (text.length <= shownChars) return <>{text}</>
  return (
    <details>
      <summary>{text.slice(0, shownChars)}…</summary>
      {text}
    </details>
  )
}
