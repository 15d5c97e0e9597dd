/** What stands in a list knows its neighbours. */
export interface Linked<T> {
	older: T | null;
	newer: T | null;
}

/** Things in the order in which they came, of which any can be taken out at once; each stands in one list at most. */
export class AgedList<T extends Linked<T>> {
	size = 0;
	oldest: T | null = null;
	#newest: T | null = null;

	append(item: T): void {
		item.older = this.#newest;
		if (this.#newest === null) this.oldest = item;
		else this.#newest.newer = item;
		this.#newest = item;
		this.size++;
	}

	/** It lets go of its neighbours: by what is dead and old V8 would keep alive what is dead and young. */
	remove(item: T): void {
		const { older, newer } = item;
		if (older === null) this.oldest = newer;
		else older.newer = newer;
		if (newer === null) this.#newest = older;
		else newer.older = older;
		item.older = null;
		item.newer = null;
		this.size--;
	}

	clear(): void {
		this.oldest = null;
		this.#newest = null;
		this.size = 0;
	}

	/** Now, the oldest first. */
	items(): T[] {
		const items: T[] = [];
		for (let item = this.oldest; item !== null; item = item.newer) items.push(item);
		return items;
	}
}
