/** What prints, groups or compares a value calls itself for each level, and JSON may be what a stranger wrote. */
export const MAX_JSON_DEPTH = 256;

/** Whether a value that JSON.parse gave is nested deeper than so many levels. */
export const isDeeper = (value: unknown, than = MAX_JSON_DEPTH): boolean =>
	typeof value === 'object' &&
	value !== null &&
	(than === 0 || Object.values(value).some((part) => isDeeper(part, than - 1)));
