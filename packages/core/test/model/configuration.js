/** One unit of the model's time, in milliseconds. Everything is a multiple of it but the spacing of restarts. */
export const tickMs = 1_000;
//# sourceMappingURL=configuration.js.map