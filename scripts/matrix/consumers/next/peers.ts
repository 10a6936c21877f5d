// Only a standalone server needs the imports of next-standalone/peers.ts.
export {}
