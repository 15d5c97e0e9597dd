const SMALLEST = 16;
const TWO_32 = 2 ** 32;

/**
 * A map from integers below 2^53 (open addressing, deletion by moving what follows: Knuth, TAOCP 3, 6.4, algorithm R; the
 * hash is Dietzfelbinger's multiply-shift). It leaves nothing behind. A Map whose entries come and go is built anew all
 * the time, each of its tables keeps the next one alive until V8 looks through the old part of its heap, and with them
 * all that was ever in them: for captures of short connections that was up to half of the memory.
 */
export class NumberMap<V extends object> {
	size = 0;
	#keys = new Float64Array(SMALLEST);
	/** Undefined: nobody has that place. */
	#values: (V | undefined)[] = new Array(SMALLEST).fill(undefined);
	#mask = SMALLEST - 1;
	#shift = Math.clz32(SMALLEST - 1);
	/** Not the same in another process: who makes a capture cannot choose its numbers so that they fall together. */
	readonly #low = randomOdd();
	readonly #high = randomOdd();

	has(key: number): boolean {
		return this.get(key) !== undefined;
	}

	get(key: number): V | undefined {
		return this.#values[this.#placeOf(key)];
	}

	set(key: number, value: V): void {
		const place = this.#placeOf(key);
		if (this.#values[place] === undefined) {
			this.#keys[place] = key;
			this.size++;
		}
		this.#values[place] = value;
		if (this.size * 2 > this.#mask) this.#grow();
	}

	delete(key: number): boolean {
		let free = this.#placeOf(key);
		if (this.#values[free] === undefined) return false;
		for (let place = (free + 1) & this.#mask; this.#values[place] !== undefined; place = (place + 1) & this.#mask) {
			// It may stand at its home or behind it, but not before.
			const home = this.#homeOf(this.#keys[place]!);
			if (((place - home) & this.#mask) < ((place - free) & this.#mask)) continue;
			this.#keys[free] = this.#keys[place]!;
			this.#values[free] = this.#values[place];
			free = place;
		}
		this.#values[free] = undefined;
		this.size--;
		return true;
	}

	clear(): void {
		this.#values.fill(undefined);
		this.size = 0;
	}

	#homeOf(key: number): number {
		return (Math.imul(key, this.#low) + Math.imul(key / TWO_32, this.#high)) >>> this.#shift;
	}

	/** Where it is, or would be. */
	#placeOf(key: number): number {
		let place = this.#homeOf(key);
		while (this.#values[place] !== undefined && this.#keys[place] !== key) place = (place + 1) & this.#mask;
		return place;
	}

	#grow(): void {
		const [keys, values] = [this.#keys, this.#values];
		const places = keys.length * 2;
		this.#keys = new Float64Array(places);
		this.#values = new Array(places).fill(undefined);
		this.#mask = places - 1;
		this.#shift = Math.clz32(places - 1);
		for (const [i, value] of values.entries()) {
			if (value === undefined) continue;
			const place = this.#placeOf(keys[i]!);
			this.#keys[place] = keys[i]!;
			this.#values[place] = value;
		}
	}
}

const randomOdd = (): number => Math.floor(Math.random() * TWO_32) | 1;
