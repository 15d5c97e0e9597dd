import type { Endpoint, Exchange, Outcome, Process } from '../../exchange/exchange.ts';
import type { UnknownMessage } from './message.ts';

/** What one end sent, and what the other one sent then. */
export class UnknownExchange implements Exchange {
	readonly protocol = 'unknown';
	readonly endpoint: Endpoint;
	readonly owner: Process | null;
	request: UnknownMessage | null = null;
	response: UnknownMessage | null = null;
	outcome: Outcome = 'waiting';
	endTime = 0;

	constructor(endpoint: Endpoint, owner: Process | null) {
		this.endpoint = endpoint;
		this.owner = owner;
	}

	get startTime(): number {
		return (this.request ?? this.response)?.firstTime ?? 0;
	}

	get error(): string | null {
		return this.outcome === 'unknown' ? 'no answer was seen, and none may have been due' : null;
	}
}
