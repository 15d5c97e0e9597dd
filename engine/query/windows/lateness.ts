/** Exchanges come nearly in the order of their end: holes in a stream are waited for at most 200 ms. */
export const LATENESS_NS = 500e6;
