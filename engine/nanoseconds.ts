export const NS_PER_MS = 1e6;
export const NS_PER_SECOND = 1e9;

/** What is not known stays so. */
export const milliseconds = (ns: number | null): number | null => (ns === null ? null : ns / NS_PER_MS);
