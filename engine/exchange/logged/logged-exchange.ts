import { OUTSIDE } from '../../capture/events.ts';
import type { ProtocolModule } from '../../protocols/protocol.ts';
import { PROTOCOLS } from '../../protocols/registry.ts';
import type { Endpoint, Exchange, Message, Outcome, Process } from '../exchange.ts';
import type { Field, Value, ValueMap } from '../field.ts';
import { fromDocument } from './from-document.ts';
import type { LogLine } from './log-line.ts';
import { LoggedEndpoint } from './logged-endpoint.ts';
import { At } from './members.ts';
import { PlainMessage } from './plain-message.ts';

/** Logs name protocols as people do, and in any case. */
const byTitle: ReadonlyMap<string, ProtocolModule> = new Map(
	PROTOCOLS.flatMap((protocol) => [protocol.title, protocol.name].map((name) => [name.toLowerCase(), protocol])),
);

/** The name of a protocol as queries write it. */
export const protocolName = (title: string): string => byTitle.get(title.toLowerCase())?.name ?? title.toLowerCase();

/** Whether the fields of that protocol stand in the document: others follow from the texts of the messages. */
export const hasOwnMembers = (title: string): boolean => {
	const protocol = byTitle.get(title.toLowerCase());
	return protocol !== undefined && protocol.restore === undefined;
};

const OUTCOMES: ReadonlySet<string> = new Set<Outcome>([
	'ok',
	'error',
	'reset',
	'refused',
	'closed',
	'timeout',
	'waiting',
	'unknown',
]);

/** An exchange that a log tells. What is asked for is read from the line then. */
export class LoggedExchange implements Exchange {
	readonly protocol: string;
	readonly line: LogLine;
	#endpoint: LoggedEndpoint | null = null;
	/** As the protocol makes it of the texts of its messages. */
	#restored: Exchange | null | undefined;
	/** The same of the first lines of the texts. */
	#start: Exchange | null | undefined;

	constructor(protocol: string, line: LogLine) {
		this.protocol = protocol;
		this.line = line;
	}

	get startTime(): number {
		return this.line.startTime;
	}

	get endTime(): number {
		return this.line.endTime;
	}

	get endpoint(): Endpoint {
		this.#endpoint ??= new LoggedEndpoint(this.line);
		return this.#endpoint;
	}

	get owner(): Process | null {
		const pid = this.line.number(At.pid);
		const comm = this.line.text(At.comm);
		// A name without a number: of a process outside of the container where it was captured.
		return !pid && comm === null ? null : { pid: pid || OUTSIDE, started: 0n, comm, exe: null };
	}

	get request(): Message | null {
		return this.restored?.request ?? PlainMessage.of(this.line, 'request');
	}

	get response(): Message | null {
		return this.restored?.response ?? PlainMessage.of(this.line, 'response');
	}

	get status(): number | null {
		const start = byTitle.get(this.protocol)?.restoreStart;
		return start === undefined ? (this.restored?.status ?? null) : start.status(this.line);
	}

	get lastsToClose(): boolean {
		return this.restored?.lastsToClose ?? false;
	}

	get error(): string | null {
		const told = this.line.get(At.error);
		return typeof told === 'string' ? told : told === null ? null : (this.start?.error ?? null);
	}

	get outcome(): Outcome {
		const told = this.line.text(At.outcome);
		if (told !== null && OUTCOMES.has(told)) return told as Outcome;
		// Who does not tell it logs pairs only: with the answer.
		if (!this.line.hasText(At.response)) return 'unknown';
		return this.start?.outcome ?? 'ok';
	}

	get document(): ValueMap {
		return this.line.document;
	}

	/** The line as it came: what is written again is the same. */
	get json(): string {
		return this.line.json;
	}

	/** A field of its protocol. */
	field(field: Field): Value {
		const protocol = byTitle.get(this.protocol);
		if (protocol?.restore !== undefined) {
			const restored = protocol.restoreStart?.fields.has(field.name) ? this.start : this.restored;
			return restored && field.get(restored);
		}
		const own = this.line.document[this.protocol];
		if (typeof own !== 'object' || own === null) return null;
		const members = own as ValueMap;
		return field.name in members
			? fromDocument(members[field.name] ?? null, field.type)
			: (protocol?.fromTexts?.(this, field.name, members) ?? null);
	}

	/** Enough for what the start of its messages tells. */
	get start(): Exchange | null {
		const make = byTitle.get(this.protocol)?.restoreStart?.make;
		if (make === undefined || this.#restored !== undefined) return this.restored;
		if (this.#start === undefined) this.#start = make(this);
		return this.#start;
	}

	get restored(): Exchange | null {
		if (this.#restored === undefined) this.#restored = byTitle.get(this.protocol)?.restore?.(this) ?? null;
		return this.#restored;
	}
}
