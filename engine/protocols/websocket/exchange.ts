import { bodyText } from '../../exchange/body-text.ts';
import type { Endpoint, Exchange, Outcome, Process } from '../../exchange/exchange.ts';
import type { WebSocketMessage } from './message.ts';

/** Codes of a close that the protocol itself calls an end without an error (RFC 6455, 7.4.1). */
const NORMAL_CODES: ReadonlySet<number> = new Set([1000, 1001, 1005]);

/** Codes from here on are the application's, and so is their meaning (RFC 6455, 7.4.2). */
const FIRST_APPLICATION_CODE = 3000;

const isFailure = (code: number): boolean => code < FIRST_APPLICATION_CODE && !NORMAL_CODES.has(code);

/** One message: the request where the client sent it, the response where the server did. Nothing is paired. */
export class WebSocketExchange implements Exchange {
	readonly protocol = 'websocket';
	readonly endpoint: Endpoint;
	readonly owner: Process | null;
	peerOwner: Process | null = null;
	readonly message: WebSocketMessage;
	readonly fromClient: boolean;
	/** Target of the request that opened the connection. */
	readonly target: string;
	readonly outcome: Outcome;
	readonly endTime: number;

	constructor(
		origin: { readonly endpoint: Endpoint; readonly owner: Process | null; readonly target: string },
		message: WebSocketMessage,
		fromClient: boolean,
		outcome: Outcome,
		endTime: number,
	) {
		this.endpoint = origin.endpoint;
		this.owner = origin.owner;
		this.target = origin.target;
		this.message = message;
		this.fromClient = fromClient;
		this.outcome = outcome === 'ok' && message.closeCode !== null && isFailure(message.closeCode) ? 'error' : outcome;
		this.endTime = endTime;
	}

	get request(): WebSocketMessage | null {
		return this.fromClient ? this.message : null;
	}

	get response(): WebSocketMessage | null {
		return this.fromClient ? null : this.message;
	}

	get startTime(): number {
		return this.message.firstTime;
	}

	get error(): string | null {
		if (this.outcome !== 'error') return null;
		return `WebSocket ${this.message.closeCode} ${bodyText(this.message) ?? ''}`.trimEnd();
	}
}
