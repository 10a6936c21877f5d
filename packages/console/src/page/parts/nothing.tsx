export function Nothing({ title, children }: { readonly title: string; readonly children: string }) {
  return (
    <>
      <h1>{title}</h1>
      <p class="empty">{children}</p>
    </>
  )
}
