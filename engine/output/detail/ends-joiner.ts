import { AgedMap } from '../../aged-map.ts';
import { COMMON_FIELDS } from '../../exchange/common-fields.ts';
import type { Exchange } from '../../exchange/exchange.ts';
import { LATENESS_NS } from '../../query/windows/lateness.ts';
import { areEnds, endsOf } from './detail.ts';
import type { Ends } from './way.ts';

/** Exchanges that wait for what their other end tells; the oldest goes alone when there is one more. */
const MAX_WAITING = 1000;

/** Exchanges that were given alone and whose other end may still be told; the oldest are forgotten. */
const MAX_ALONE = 1000;

/** What an end has sent may wait in its buffers for so long, when the other end reads slowly or the device is slow. */
const MAX_LEAVING_NS = 10e9;

/** Until when one end waits for what the other tells: both know an outcome nearly at once, when all bytes have left. */
function deadlineOf({ endTime, request, response }: Exchange): number {
	const stages = [request, response].map((message) => message?.stages).find((one) => one?.direction === 'out');
	const left = stages?.sent ?? null;
	if (left !== null) return Math.max(endTime, left) + LATENESS_NS;
	// Where nothing was seen to leave, nothing will be.
	const isLeaving = stages !== undefined && (stages.queued !== null || stages.passages.length > 0);
	return endTime + (isLeaving ? MAX_LEAVING_NS : LATENESS_NS);
}

/** Who waits is looked through so often, not for each exchange: what is known of when it left still changes. */
const LOOK_NS = LATENESS_NS / 100;

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

/**
 * Joins what both ends of one exchange tell in a stream. One whose other end is not told is given alone, a little later;
 * when that is told after all, as of a reader that sleeps, it is given again, with it.
 */
export class EndsJoiner {
	readonly #waiting = new AgedMap<string, Exchange>();
	readonly #alone = new AgedMap<string, Exchange>();
	/** Event time at which those who wait were looked through last. */
	#lookedAt = Number.NEGATIVE_INFINITY;

	/** Gives what has become whole or will not become so any more. */
	take(exchange: Exchange): Ends[] {
		const given = this.until(exchange.endTime);
		const id = idOf(exchange);
		const waiting = this.#waiting.get(id);
		const other = waiting ?? this.#alone.get(id);
		this.#waiting.delete(id);
		this.#alone.delete(id);
		if (other !== undefined && areEnds(exchange, other)) return [...given, endsOf(exchange, other)];
		if (waiting !== undefined) given.push(endsOf(waiting, null));
		this.#waiting.set(id, exchange);
		const { oldest } = this.#waiting;
		if (oldest !== undefined && this.#waiting.size > MAX_WAITING) given.push(this.#give(oldest));
		return given;
	}

	/** Event time has come so far. */
	until(now: number): Ends[] {
		// Also where it is far behind: a record with a wrong time may have been in front.
		if (Math.abs(now - this.#lookedAt) < LOOK_NS) return [];
		this.#lookedAt = now;
		const late = this.#waiting.values().filter((exchange) => deadlineOf(exchange) < now);
		return late.map((exchange) => this.#give(exchange));
	}

	/** Nothing more comes. */
	end(): Ends[] {
		return this.#waiting.values().map((exchange) => this.#give(exchange));
	}

	#give(exchange: Exchange): Ends {
		const id = idOf(exchange);
		this.#waiting.delete(id);
		this.#alone.set(id, exchange);
		if (this.#alone.size > MAX_ALONE) this.#alone.deleteOldest();
		return endsOf(exchange, null);
	}
}
