// For a standalone server, next-standalone/peers.ts replaces this file.
export {}
