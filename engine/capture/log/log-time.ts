const NS_PER_S = 1e9;
const DIGITS_OF_NS = 9;

/** Two digits at `at`; NaN when they are none. */
const two = (text: string, at: number): number => {
	const tens = text.charCodeAt(at) - 48;
	const ones = text.charCodeAt(at + 1) - 48;
	return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN;
};

/** "2026-01-02T03:04": what a whole minute of lines has in common. */
const MINUTE_LENGTH = 16;
const MINUTE = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d$/;

/** Reads times of RFC 3339, exact to the nanosecond: as seconds since the epoch and nanoseconds. */
export class LogTimes {
	seconds = 0;
	ns = 0;
	#minuteText = '';
	#minuteSeconds = 0;

	/** Reads `text[start, end)`; false when it is no time. */
	read(text: string, start: number, end: number): boolean {
		if (end - start < MINUTE_LENGTH + 4 || !this.#minute(text, start)) return false;
		if (text.charCodeAt(start + MINUTE_LENGTH) !== 58) return false;
		const second = two(text, start + MINUTE_LENGTH + 1);
		let at = start + MINUTE_LENGTH + 3;
		this.ns = 0;
		if (text.charCodeAt(at) === 46) {
			const first = at + 1;
			let value = 0;
			for (at = first; at < end; at++) {
				const digit = text.charCodeAt(at) - 48;
				if (digit < 0 || digit > 9) break;
				if (at - first < DIGITS_OF_NS) value = value * 10 + digit;
			}
			if (at === first) return false;
			this.ns = value * 10 ** Math.max(0, DIGITS_OF_NS - (at - first));
		}
		const zone = this.#zone(text, at, end);
		this.seconds = this.#minuteSeconds + second - zone;
		return !Number.isNaN(this.seconds);
	}

	/** ns since `startWall`, ns since the epoch. */
	since(startSeconds: number, startNs: number): number {
		return (this.seconds - startSeconds) * NS_PER_S + (this.ns - startNs);
	}

	#minute(text: string, start: number): boolean {
		if (text.startsWith(this.#minuteText, start) && this.#minuteText !== '') return true;
		const minute = text.slice(start, start + MINUTE_LENGTH);
		if (!MINUTE.test(minute)) return false;
		const ms = Date.parse(`${minute.slice(0, 10)}T${minute.slice(11)}:00Z`);
		if (Number.isNaN(ms)) return false;
		this.#minuteSeconds = ms / 1000;
		// A slice would keep all of the text.
		this.#minuteText = Buffer.from(minute).toString();
		return true;
	}

	/** Seconds east of UTC; NaN when it is no zone. */
	#zone(text: string, at: number, end: number): number {
		const sign = text.charCodeAt(at);
		if (end - at === 1 && (sign === 90 || sign === 122)) return 0;
		if (end - at !== 6 || (sign !== 43 && sign !== 45) || text.charCodeAt(at + 3) !== 58) return Number.NaN;
		const seconds = 3600 * two(text, at + 1) + 60 * two(text, at + 4);
		return sign === 43 ? seconds : -seconds;
	}
}
