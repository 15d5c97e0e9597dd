import { AgedList, type Linked } from './aged-list.ts';

/** What an aged map finds its entries by: a Map, or a NumberMap. */
interface Index<K, E> {
	readonly size: number;
	has(key: K): boolean;
	get(key: K): E | undefined;
	set(key: K, entry: E): unknown;
	delete(key: K): boolean;
	clear(): void;
}

interface Entry<K, V> extends Linked<Entry<K, V>> {
	readonly key: K;
	value: V;
}

/**
 * A map that hands out its oldest entry at once. A Map looks for it behind all that was deleted since it was last built
 * anew: with 65,536 entries of which the oldest always makes room that takes 27 µs each time.
 */
export class AgedMap<K, V> {
	readonly #entries: Index<K, Entry<K, V>>;
	readonly #order = new AgedList<Entry<K, V>>();

	constructor(index: Index<K, Entry<K, V>> = new Map()) {
		this.#entries = index;
	}

	get size(): number {
		return this.#entries.size;
	}

	get oldestKey(): K | undefined {
		return this.#order.oldest?.key;
	}

	get oldest(): V | undefined {
		return this.#order.oldest?.value;
	}

	has(key: K): boolean {
		return this.#entries.has(key);
	}

	get(key: K): V | undefined {
		return this.#entries.get(key)?.value;
	}

	/** A new key is the newest; one that is there keeps its age. */
	set(key: K, value: V): void {
		const known = this.#entries.get(key);
		if (known !== undefined) {
			known.value = value;
			return;
		}
		const entry: Entry<K, V> = { key, value, older: null, newer: null };
		this.#entries.set(key, entry);
		this.#order.append(entry);
	}

	/** Makes it the newest, and gives its value, if it is there. */
	renew(key: K): V | undefined {
		const entry = this.#entries.get(key);
		if (entry?.newer) {
			this.#order.remove(entry);
			this.#order.append(entry);
		}
		return entry?.value;
	}

	delete(key: K): boolean {
		const entry = this.#entries.get(key);
		if (entry === undefined) return false;
		this.#entries.delete(key);
		this.#order.remove(entry);
		return true;
	}

	deleteOldest(): void {
		const { oldest } = this.#order;
		if (oldest !== null) this.delete(oldest.key);
	}

	clear(): void {
		this.#entries.clear();
		this.#order.clear();
	}

	/** Now, the oldest first. */
	keys(): K[] {
		return this.#order.items().map(({ key }) => key);
	}

	/** As `keys`. */
	values(): V[] {
		return this.#order.items().map(({ value }) => value);
	}
}
