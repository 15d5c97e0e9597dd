import type { Value } from '../../exchange/field.ts';
import type { Accumulator } from './aggregate.ts';

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
	#sum = 0;

	add(value: Value): void {
		if (typeof value === 'number') this.#sum += value;
	}

	merge(other: Sum): void {
		this.#sum += other.#sum;
	}

	value(): number {
		return this.#sum;
	}
}

/** Mean and sum of squared deviations by Welford's recurrence: sums of squares of nanoseconds would lose every digit. */
abstract class Moments implements Accumulator {
	protected count = 0;
	protected mean = 0;
	protected deviations = 0;

	add(value: Value): void {
		if (typeof value !== 'number') return;
		this.count++;
		const delta = value - this.mean;
		this.mean += delta / this.count;
		this.deviations += delta * (value - this.mean);
	}

	merge(other: this): void {
		const count = this.count + other.count;
		if (count === 0) return;
		const delta = other.mean - this.mean;
		this.deviations += other.deviations + (delta * delta * this.count * other.count) / count;
		this.mean += (delta * other.count) / count;
		this.count = count;
	}

	abstract value(): Value;
}

export class Mean extends Moments {
	override value(): Value {
		return this.count === 0 ? null : this.mean;
	}
}

/** Of a sample: of one value there is none. */
export class StandardDeviation extends Moments {
	override value(): Value {
		return this.count < 2 ? null : Math.sqrt(this.deviations / (this.count - 1));
	}
}
