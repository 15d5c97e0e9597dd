import type { Value } from '../../exchange/field.ts';
import type { Accumulator } from './aggregate.ts';

/** The first digits of bounds: 1, 2, 5, 10, 20, 50 … as they stand on axes. */
const STEPS = [1, 2, 5, 10] as const;

/** The half-open range of the series 1, 2, 5 that a number falls into; negative numbers mirror the positive ones. */
export const bucketOf = (x: number): { readonly from: number; readonly to: number } => {
	if (x === 0) return { from: 0, to: 0 };
	if (x < 0) {
		const mirrored = bucketOf(-x);
		return { from: -mirrored.to, to: -mirrored.from };
	}
	const decade = Math.floor(Math.log10(x));
	// log10 may round up to the next decade: 999.9999999999999 has the logarithm 3.
	const exponent = 10 ** decade > x ? decade - 1 : decade;
	const unit = 10 ** exponent;
	const at = x >= 5 * unit ? 2 : x >= 2 * unit ? 1 : 0;
	return { from: STEPS[at] * unit, to: STEPS[at + 1]! * unit };
};

/** Counts by ranges of the series 1, 2, 5: at most 3 for each power of ten that occurs. */
export class Histogram implements Accumulator {
	readonly #counts = new Map<number, { readonly to: number; count: number }>();

	add(value: Value): void {
		if (typeof value !== 'number' || !Number.isFinite(value)) return;
		const { from, to } = bucketOf(value);
		this.#count(from, to, 1);
	}

	merge(other: Histogram): void {
		for (const [from, { to, count }] of other.#counts) this.#count(from, to, count);
	}

	value(): Value {
		if (this.#counts.size === 0) return null;
		return [...this.#counts].sort(([a], [b]) => a - b).map(([from, { to, count }]) => ({ from, to, count }));
	}

	#count(from: number, to: number, count: number): void {
		const known = this.#counts.get(from);
		if (known === undefined) this.#counts.set(from, { to, count });
		else known.count += count;
	}
}
