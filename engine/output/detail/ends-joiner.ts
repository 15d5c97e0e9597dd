import { COMMON_FIELDS } from '../../exchange/common-fields.ts';
import type { Exchange } from '../../exchange/exchange.ts';
import { LATENESS_NS } from '../../query/windows/lateness.ts';
import { areEnds, endsOf } from './detail.ts';
import type { Ends } from './way.ts';

/** Exchanges that wait for what their other end tells; the oldest goes alone when there is one more. */
const MAX_WAITING = 1000;

const idField = COMMON_FIELDS.find(({ name }) => name === 'id');
const idOf = (exchange: Exchange): string => String(idField?.get(exchange));

/** Joins what both ends of one exchange told, in one run on one clock. One that stays alone is given when it waited. */
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
		return [...this.#waiting]
			.filter(([, exchange]) => exchange.endTime + LATENESS_NS < now)
			.map((entry) => this.#alone(entry));
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
