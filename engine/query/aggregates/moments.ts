import type { Value } from '../../exchange/field.ts';
import type { Accumulator } from './aggregate.ts';
import { Total } from './total.ts';

export class Count implements Accumulator {
	#count = 0;

	add(): void {
		this.#count++;
	}

	merge(other: Count): void {
		this.#count += other.#count;
	}

	value(): number {
		return this.#count;
	}
}

export class Sum implements Accumulator {
	readonly #total = new Total();

	add(value: Value): void {
		if (typeof value === 'number') this.#total.add(value);
	}

	merge(other: Sum): void {
		this.#total.merge(other.#total);
	}

	value(): number {
		return this.#total.sum();
	}
}

export class Mean implements Accumulator {
	readonly #total = new Total();

	add(value: Value): void {
		if (typeof value === 'number') this.#total.add(value);
	}

	merge(other: Mean): void {
		this.#total.merge(other.#total);
	}

	value(): Value {
		return this.#total.mean();
	}
}

/**
 * Of a sample: of one value there is none. By Welford's recurrence, with the mean and the sum of squared deviations: sums
 * of squares of nanoseconds would lose every digit.
 */
export class StandardDeviation implements Accumulator {
	#count = 0;
	#mean = 0;
	#deviations = 0;

	add(value: Value): void {
		if (typeof value !== 'number') return;
		this.#count++;
		const delta = value - this.#mean;
		this.#mean += delta / this.#count;
		this.#deviations += delta * (value - this.#mean);
	}

	merge(other: StandardDeviation): void {
		const count = this.#count + other.#count;
		if (count === 0) return;
		const delta = other.#mean - this.#mean;
		this.#deviations += other.#deviations + (delta * delta * this.#count * other.#count) / count;
		this.#mean += (delta * other.#count) / count;
		this.#count = count;
	}

	value(): Value {
		return this.#count < 2 ? null : Math.sqrt(this.#deviations / (this.#count - 1));
	}
}
