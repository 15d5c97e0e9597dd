import { COMMON_FIELDS } from '../../exchange/common-fields.ts';
import type { Exchange } from '../../exchange/exchange.ts';
import { LATENESS_NS } from '../../query/windows/lateness.ts';
import { areEnds, endsOf } from './detail.ts';
import type { Ends } from './way.ts';

/** Exchanges that wait for what their other end tells; the oldest goes alone when there is one more. */
const MAX_WAITING = 1000;

const idField = COMMON_FIELDS.find(({ name }) => name === 'id');
const idOf = (exchange: Exchange): string => String(idField?.get(exchange));

/** What the other end told of an exchange, among these; null when none of them is that. */
export const partnerOf = (exchange: Exchange, all: readonly Exchange[]): Exchange | null => {
	const id = idOf(exchange);
	return all.find((one) => one !== exchange && idOf(one) === id && areEnds(exchange, one)) ?? null;
};

/** Joins the ends in the rows of a table: each pair stands where its first row stood. */
export function joinEnds(rows: readonly Exchange[]): Ends[] {
	const byId = Map.groupBy(rows, idOf);
	const joined = new Set<Exchange>();
	return rows.flatMap((row) => {
		if (joined.has(row)) return [];
		const other = byId.get(idOf(row))?.find((one) => one !== row && !joined.has(one) && areEnds(row, one)) ?? null;
		if (other !== null) joined.add(other);
		return endsOf(row, other);
	});
}

/** Joins what both ends of one exchange tell in a stream. One whose other end is not told is given alone, a little later. */
export class EndsJoiner {
	readonly #waiting = new Map<string, Exchange>();

	/** Gives what has become whole or will not become so any more. */
	take(exchange: Exchange): Ends[] {
		const given = this.until(exchange.endTime);
		const id = idOf(exchange);
		const other = this.#waiting.get(id);
		this.#waiting.delete(id);
		if (other !== undefined && areEnds(exchange, other)) return [...given, endsOf(exchange, other)];
		if (other !== undefined) given.push(endsOf(other, null));
		this.#waiting.set(id, exchange);
		const [oldest] = this.#waiting;
		if (oldest !== undefined && this.#waiting.size > MAX_WAITING) given.push(this.#alone(oldest));
		return given;
	}

	/** Event time has come so far: both ends know an outcome nearly at once. */
	until(now: number): Ends[] {
		const given: Ends[] = [];
		for (const entry of this.#waiting) {
			if (entry[1].endTime + LATENESS_NS >= now) break;
			given.push(this.#alone(entry));
		}
		return given;
	}

	/** Nothing more comes. */
	end(): Ends[] {
		return [...this.#waiting].map((entry) => this.#alone(entry));
	}

	#alone([id, exchange]: readonly [string, Exchange]): Ends {
		this.#waiting.delete(id);
		return endsOf(exchange, null);
	}
}
