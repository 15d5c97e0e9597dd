/** Nanoseconds. A day is 24 hours: time of day plays no part in a duration. */
const DURATION_UNITS: Readonly<Record<string, number>> = {
	ns: 1,
	us: 1e3,
	µs: 1e3, // U+00B5, the micro sign
	μs: 1e3, // U+03BC, the Greek letter
	ms: 1e6,
	s: 1e9,
	m: 60e9,
	h: 3600e9,
	d: 86_400e9,
	w: 604_800e9,
};

/** Bytes: IEC 80000-13, so KB is 1000 and KiB is 1024. */
const SIZE_UNITS: Readonly<Record<string, number>> = {
	B: 1,
	kB: 1e3,
	KB: 1e3,
	MB: 1e6,
	GB: 1e9,
	TB: 1e12,
	PB: 1e15,
	KiB: 2 ** 10,
	MiB: 2 ** 20,
	GiB: 2 ** 30,
	TiB: 2 ** 40,
	PiB: 2 ** 50,
};

/** What people write for a unit, in lower case, and the units they may mean. */
const MEANT: Readonly<Record<string, readonly string[]>> = {
	b: ['B'],
	byte: ['B'],
	bytes: ['B'],
	k: ['KB', 'KiB'],
	kb: ['KB', 'KiB'],
	kib: ['KiB'],
	kbyte: ['KB', 'KiB'],
	kbytes: ['KB', 'KiB'],
	m: ['m', 'MB'],
	mb: ['MB', 'MiB'],
	mib: ['MiB'],
	mbyte: ['MB', 'MiB'],
	mbytes: ['MB', 'MiB'],
	g: ['GB', 'GiB'],
	gb: ['GB', 'GiB'],
	gib: ['GiB'],
	t: ['TB', 'TiB'],
	tb: ['TB', 'TiB'],
	msec: ['ms'],
	msecs: ['ms'],
	millis: ['ms'],
	millisecond: ['ms'],
	milliseconds: ['ms'],
	usec: ['us'],
	usecs: ['us'],
	micros: ['us'],
	microseconds: ['us'],
	sec: ['s'],
	secs: ['s'],
	second: ['s'],
	seconds: ['s'],
	min: ['m'],
	mins: ['m'],
	minute: ['m'],
	minutes: ['m'],
	hour: ['h'],
	hours: ['h'],
	hr: ['h'],
	day: ['d'],
	days: ['d'],
};

/** The units that a word may stand for: itself when it is one, else guesses; empty for any other word. */
export const unitsMeant = (text: string): readonly string[] => {
	if (Object.hasOwn(DURATION_UNITS, text) || Object.hasOwn(SIZE_UNITS, text)) return [text];
	const word = text.toLowerCase();
	return Object.hasOwn(MEANT, word) ? (MEANT[word] ?? []) : [];
};

const PART = /(\d+(?:\.\d+)?)([A-Za-z\u00b5\u03bc]+)/g;

function total(text: string, units: Readonly<Record<string, number>>): number {
	let sum = 0;
	// Rounded to whole nanoseconds and bytes: 1.1 * 1e9 is not 1100000000 in a double.
	for (const [, digits, unit] of text.matchAll(PART)) sum += Math.round(Number(digits) * (units[unit ?? ''] ?? 0));
	return sum;
}

/** `1m30s` in nanoseconds. */
export const durationOf = (text: string): number => total(text, DURATION_UNITS);

/** `10KiB` in bytes. */
export const sizeOf = (text: string): number => total(text, SIZE_UNITS);

/** `99.9%` as 0.999: read with the exponent, since 99.9 / 100 is 0.9990000000000001. */
export const percentOf = (text: string): number => Number(`${text.slice(0, -1)}e-2`);
