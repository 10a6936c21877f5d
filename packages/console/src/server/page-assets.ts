export const page = ''
export const assets: Readonly<Record<string, { readonly type: string; readonly body: string }>> = {}
