import type { Endpoint, Exchange, Outcome, Process } from '../../exchange/exchange.ts';
import { Framing, responseFraming } from './framing.ts';
import type { HttpMessage } from './message.ts';

/** A request and its final response; 1xx responses are no answers (RFC 9110, 15.2). */
export class HttpExchange implements Exchange {
	readonly protocol = 'http';
	readonly endpoint: Endpoint;
	owner: Process | null;
	peerOwner: Process | null = null;
	readonly request: HttpMessage;
	response: HttpMessage | null = null;
	outcome: Outcome = 'waiting';
	endTime: number;

	constructor(endpoint: Endpoint, owner: Process | null, request: HttpMessage) {
		this.endpoint = endpoint;
		this.owner = owner;
		this.request = request;
		this.endTime = request.firstTime;
	}

	/** As it stands at that moment, while its answer is not complete. */
	pendingAt(now: number): HttpExchange {
		const pending = new HttpExchange(this.endpoint, this.owner, this.request);
		pending.response = this.response;
		pending.endTime = now;
		return pending;
	}

	get startTime(): number {
		return this.request.firstTime;
	}

	get status(): number | null {
		return this.response?.start.status ?? null;
	}

	get lastsToClose(): boolean {
		const head = this.response?.start;
		return head !== undefined && responseFraming(head, this.request.start.method) === Framing.close;
	}

	get error(): string | null {
		return this.outcome === 'error' ? `HTTP ${this.status} ${this.response?.start.reason ?? ''}`.trimEnd() : null;
	}
}
