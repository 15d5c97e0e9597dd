import type { Endpoint, Exchange, Outcome, Process } from '../../exchange/exchange.ts';
import type { UnknownMessage } from './message.ts';

/** What one end sent, and what the other one sent then. */
export class UnknownExchange implements Exchange {
	readonly protocol = 'unknown';
	readonly endpoint: Endpoint;
	owner: Process | null;
	peerOwner: Process | null = null;
	request: UnknownMessage | null = null;
	response: UnknownMessage | null = null;
	outcome: Outcome = 'waiting';
	endTime = 0;

	constructor(endpoint: Endpoint, owner: Process | null) {
		this.endpoint = endpoint;
		this.owner = owner;
	}

	/** Ends may speak at the same time, or the order of lost bytes not be known: then the earlier one. */
	get startTime(): number {
		const times = [this.request, this.response].flatMap((message) => message?.firstTime ?? []);
		return Math.min(...times);
	}

	get error(): string | null {
		return this.outcome === 'unknown' ? 'no answer was seen, and none may have been due' : null;
	}
}
