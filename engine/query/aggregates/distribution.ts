import type { Value } from '../../exchange/field.ts';
import type { Accumulator } from './aggregate.ts';

type Sketches = typeof import('@datadog/sketches-js');
type Sketch = InstanceType<Sketches['DDSketch']>;
let sketches: Sketches | null = null;

/** To be awaited before a distribution grows beyond what it keeps exactly. */
export const loadSketches = async (): Promise<void> => {
	// The default export: a CommonJS package keeps its names only there when it is bundled.
	sketches ??= (await import('@datadog/sketches-js')).default;
};

/** Up to here values are kept as they are: half a sketch's memory, and exact. */
const EXACT_VALUES = 512;
/** Of a quantile's value; 0.01 takes about 120 bins per factor of ten. */
const RELATIVE_ACCURACY = 0.01;

/** Quantiles of numbers: exact while they are few, within 1% of the value beyond that (DDSketch), never outside them. */
export class Distribution implements Accumulator {
	#values: number[] = [];
	/** The same in order, for one quantile after the other; null when more came since. */
	#sorted: Float64Array | null = null;
	#sketch: Sketch | null = null;
	#min = Number.POSITIVE_INFINITY;
	#max = Number.NEGATIVE_INFINITY;

	add(value: Value): void {
		if (typeof value !== 'number') return;
		if (value < this.#min) this.#min = value;
		if (value > this.#max) this.#max = value;
		this.#sorted = null;
		if (this.#sketch !== null) this.#sketch.accept(value);
		else if (this.#values.push(value) > EXACT_VALUES) this.#toSketch();
	}

	merge(other: Distribution): void {
		for (const value of other.#values) this.add(value);
		if (other.#sketch === null) return;
		this.#min = Math.min(this.#min, other.#min);
		this.#max = Math.max(this.#max, other.#max);
		this.#toSketch().merge(other.#sketch);
	}

	value(q: number): Value {
		if (this.#max < this.#min) return null;
		if (this.#sketch === null) {
			this.#sorted ??= Float64Array.from(this.#values).sort();
			return quantileOf(this.#sorted, q);
		}
		return Math.min(Math.max(this.#sketch.getValueAtQuantile(q), this.#min), this.#max);
	}

	#toSketch(): Sketch {
		if (this.#sketch !== null) return this.#sketch;
		if (sketches === null) throw new Error('the sketches are not loaded');
		const sketch = new sketches.DDSketch({ relativeAccuracy: RELATIVE_ACCURACY });
		for (const value of this.#values) sketch.accept(value);
		this.#values = [];
		this.#sketch = sketch;
		return sketch;
	}
}

/** Between the two closest ranks, as arquero does it. */
const quantileOf = (sorted: Float64Array, q: number): number => {
	const rank = (sorted.length - 1) * Math.min(Math.max(q, 0), 1);
	const low = sorted[Math.floor(rank)]!;
	const high = sorted[Math.ceil(rank)]!;
	return low + (high - low) * (rank - Math.floor(rank));
};
