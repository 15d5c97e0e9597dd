/** Ranges that are missing at once in one direction: more is damage, or half of a connection. */
const MAX_HOLES = 256;

interface Hole {
	readonly pos: number;
	readonly end: number;
	/** When a segment behind it came. */
	readonly since: number;
}

/** Where segments came before those that precede them, and since when. */
export class Holes {
	/** Later ones stand last. */
	readonly #holes: Hole[] = [];

	/** The bytes `[pos, end)` were overtaken. Of too many the first one is forgotten. */
	add(pos: number, end: number, since: number): void {
		this.#holes.push({ pos, end, since });
		this.#bound();
	}

	/** Fills what a segment has of the first hole that it touches: gives since when that was there, or null. */
	fill(pos: number, end: number): number | null {
		const index = this.#holes.findIndex((hole) => hole.pos < end && pos < hole.end);
		const hole = this.#holes[index];
		if (hole === undefined) return null;
		const rest = [
			{ ...hole, end: pos },
			{ ...hole, pos: end },
		];
		this.#holes.splice(index, 1, ...rest.filter((part) => part.pos < part.end));
		this.#bound();
		return hole.since;
	}

	/** What fills the middle of one makes two of it, too. */
	#bound(): void {
		if (this.#holes.length > MAX_HOLES) this.#holes.shift();
	}
}
