/**
 * A sum of numbers that keeps what rounding takes away (Neumaier, 1974): that of whole numbers is exact beyond 2^53, too,
 * as far as a double can tell it, and ten times 0.1 are 1. So the order of the numbers does not matter.
 */
export class Total {
	#count = 0;
	#sum = 0;
	#lost = 0;

	add(x: number): void {
		this.#count++;
		this.#put(x);
	}

	merge(other: Total): void {
		this.#count += other.#count;
		this.#put(other.#sum);
		this.#lost += other.#lost;
	}

	sum(): number {
		// Of an infinite sum nothing else is known.
		return Number.isFinite(this.#sum) ? this.#sum + this.#lost : this.#sum;
	}

	/** Null of no numbers. */
	mean(): number | null {
		return this.#count === 0 ? null : this.sum() / this.#count;
	}

	#put(x: number): void {
		const sum = this.#sum + x;
		this.#lost += Math.abs(this.#sum) >= Math.abs(x) ? this.#sum - sum + x : x - sum + this.#sum;
		this.#sum = sum;
	}
}
