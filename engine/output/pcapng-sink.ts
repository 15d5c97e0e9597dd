import packageFile from '../../package.json' with { type: 'json' };
import { AgedMap } from '../aged-map.ts';
import { lookupField } from '../exchange/catalog.ts';
import type { Endpoint, Exchange, Outcome } from '../exchange/exchange.ts';
import type { Value } from '../exchange/field.ts';
import { pidOf } from '../exchange/pid.ts';
import { fileHeader, packetBlock } from './pcapng/blocks.ts';
import { type Conversation, conversationOf } from './pcapng/conversation.ts';
import type { Sent } from './pcapng/schedule.ts';
import { OutputFailed } from './printer.ts';
import { finalRows } from './rows.ts';
import { visible } from './sanitize.ts';
import type { MakeSink } from './sink.ts';

/** Connections that are written to; the packets of one that comes again after so many others begin with a handshake anew. */
const MAX_CONVERSATIONS = 65_536;
/** Exchanges whose other end may still be written: they end at almost the same time. */
const MAX_SEEN = 65_536;

/** The connection has ended without the rest of the answer. */
const CUT_SHORT: ReadonlySet<Outcome> = new Set(['reset', 'closed']);
/** The answer came to its end, wherever that is. */
const ANSWERED: ReadonlySet<Outcome> = new Set(['ok', 'error']);

const endsConnection = ({ outcome, lastsToClose }: Exchange): boolean =>
	CUT_SHORT.has(outcome) || (ANSWERED.has(outcome) && lastsToClose === true);

const found = lookupField('id', null);
/** Equal for both ends of an exchange. */
const identity = (exchange: Exchange): Value => (found?.kind === 'field' ? found.field.get(exchange) : null);

/** Whose end was observed, and what is known of the process there. */
const commentOf = ({ endpoint, owner }: Exchange): string => {
	const pid = pidOf(owner);
	const number = pid === null ? '' : `, pid ${pid}`;
	const process = owner === null ? '' : `: ${owner.comm ?? owner.exe ?? 'process'}${number}`;
	return visible(`seen at the ${endpoint.side ?? 'observed end'}${process}`);
};

const isKnown = (names: AgedMap<string, true>, name: string): boolean => {
	if (names.has(name)) return true;
	if (names.size >= MAX_SEEN) names.deleteOldest();
	names.set(name, true);
	return false;
};

/**
 * Whole exchanges as packets, one exchange after the other: those of one that was seen at both ends once. Handshakes and
 * sequence numbers are made, chunks and frames put together; payload, times and addresses are as captured. What is not
 * known of a message is missing from its packets, and their comment says how much.
 */
export const pcapngSink: MakeSink = ({ printer, info, completeness }) => {
	const { printBytes } = printer;
	if (printBytes === undefined)
		throw new OutputFailed('pcapng is binary: write it to a file, `to pcapng "x.pcapng"`, or into a pipe');
	const conversations = new AgedMap<string, Conversation>();
	const seen = new AgedMap<string, true>();
	/** By connection: exchanges that it ended with. Those of one connection come together. */
	const ends = new Map<string, Exchange>();
	let blocks: Buffer[] = [fileHeader(`${packageFile.name} ${packageFile.version}`)];
	const flush = (): void => {
		if (blocks.length > 0) printBytes(Buffer.concat(blocks));
		blocks = [];
	};
	const take = (time: number, packet: Buffer, length: number, comment: string | null): void => {
		blocks.push(packetBlock(info.startWall + BigInt(Math.round(time)), packet, length, comment));
	};
	const writing = (endpoint: Endpoint, startTime: number): Conversation | null => {
		const known = conversations.get(endpoint.conn);
		if (known !== undefined) return known;
		const made = conversationOf(endpoint, take);
		if (made === null) return null;
		if (conversations.size >= MAX_CONVERSATIONS) conversations.deleteOldest();
		conversations.set(endpoint.conn, made);
		made.open(startTime, endpoint.connectTime ?? 0);
		return made;
	};
	const writeEnds = (): void => {
		for (const [conn, { outcome, endTime }] of ends) {
			conversations.get(conn)?.end(outcome === 'reset', endTime);
			conversations.delete(conn);
		}
		ends.clear();
	};
	const write = (exchange: Exchange): void => {
		const { endpoint, request, response, startTime } = exchange;
		if (isKnown(seen, String(identity(exchange)))) return;
		if (!ends.has(endpoint.conn)) writeEnds();
		const conversation = writing(endpoint, startTime);
		const comment = commentOf(exchange);
		const messages: readonly Sent[] = [
			...(request === null ? [] : [{ direction: 'request' as const, message: request }]),
			...(response === null ? [] : [{ direction: 'response' as const, message: response }]),
		];
		if (conversation !== null) conversation.exchange(messages, comment);
		else if (completeness !== undefined) completeness.unaddressed++;
		if (endsConnection(exchange)) ends.set(endpoint.conn, exchange);
	};
	return {
		take: (signal) => {
			// The schema says that rows are whole exchanges: the type of a row cannot.
			for (const row of finalRows(signal)) write(row as Exchange);
			writeEnds();
			flush();
		},
		end: flush,
	};
};
