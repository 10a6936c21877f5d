// `next start` finds the packages in node_modules. A standalone server needs the imports of next-standalone/peers.ts.
export {}
