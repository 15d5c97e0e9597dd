/** A duration in ns for reading: `850ns`, `12.3us`, `301.2ms`, `3.00s`, `1m02s`, `2h05m`. Units as the language writes them. */
export function duration(ns: number): string {
	const size = Math.abs(ns);
	// Each bound is where the unit below would round up to one of the unit above.
	if (size < 999.5) return `${Math.round(ns)}ns`;
	if (size < 999_950) return `${(ns / 1e3).toFixed(1)}us`;
	if (size < 999_950_000) return `${(ns / 1e6).toFixed(1)}ms`;
	if (size < 59_995_000_000) return `${(ns / 1e9).toFixed(2)}s`;
	const sign = ns < 0 ? '-' : '';
	const seconds = Math.round(size / 1e9);
	const minutes = Math.floor(seconds / 60);
	const two = (n: number): string => n.toString().padStart(2, '0');
	if (minutes < 60) return `${sign}${minutes}m${two(seconds % 60)}s`;
	return `${sign}${Math.floor(minutes / 60)}h${two(minutes % 60)}m`;
}

const SIZE_UNITS = ['KB', 'MB', 'GB', 'TB', 'PB'];

/** A size in bytes for reading, in powers of 1000 as the language's KB: `512B`, `1.2KB`, `3.4MB`. */
export function size(bytes: number): string {
	if (Math.abs(bytes) < 1000) return `${Number.isInteger(bytes) ? bytes : bytes.toFixed(1)}B`;
	let value = bytes / 1000;
	let unit = 0;
	while (Math.abs(value) >= 999.95 && unit < SIZE_UNITS.length - 1) {
		value /= 1000;
		unit++;
	}
	return `${value.toFixed(1)}${SIZE_UNITS[unit]}`;
}

/** A whole number with its thousands apart, for sentences: `10,000`. Columns do not: a port is not a quantity. */
export const count = (n: number): string => n.toString().replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 row`, `2 rows`, `10,000 rows`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;
