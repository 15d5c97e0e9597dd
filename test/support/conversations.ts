import { protocolField } from '../../engine/exchange/catalog.ts';
import { COMMON_FIELDS } from '../../engine/exchange/common-fields.ts';
import type { Exchange } from '../../engine/exchange/exchange.ts';
import { CLIENT_POS, close, data, end, open, SERVER_POS, state, type Turn } from './events.ts';

/** How a conversation ends: with the capture, by a FIN of the server, by a FIN of both, or by a reset. */
export type Ending = 'capture' | 'fin' | 'reset' | 'timeout';

export interface Conversation {
	readonly turns: readonly Turn[];
	readonly ending?: Ending;
}

const ERRNO = { reset: 104, timeout: 110 } as const;
const TCP_CLOSE = 7;
const TCP_CLOSE_WAIT = 8;

/** Cuts a text into pieces; `null` leaves it whole. */
export type Cut = (bytes: Buffer) => Buffer[];
const whole: Cut = (bytes) => [bytes];

/** Pieces of these sizes, over and over. */
export const inPieces =
	(sizes: readonly number[]): Cut =>
	(bytes) => {
		const pieces: Buffer[] = [];
		for (let at = 0, i = 0; at < bytes.length; i++) {
			const next = at + sizes[i % sizes.length];
			pieces.push(bytes.subarray(at, next));
			at = next;
		}
		return pieces;
	};

/** All events of a connection that is seen from its start, at the client's end. */
export const eventsOf = ({ turns, ending = 'capture' }: Conversation, cut: Cut = whole): Buffer[] => {
	const pos = { '>': CLIENT_POS, '<': SERVER_POS };
	const events = [open({ opened: 100, established: 200 })];
	let time = 1e6;
	for (const [direction, text] of turns) {
		for (const bytes of cut(typeof text === 'string' ? Buffer.from(text, 'latin1') : Buffer.from(text))) {
			events.push(data({ time, direction: direction === '>' ? 'out' : 'in', pos: pos[direction], bytes }));
			pos[direction] += bytes.length;
			time += 1000;
		}
		time += 1e6;
	}
	if (ending === 'fin') {
		events.push(state({ time, newState: TCP_CLOSE_WAIT, inEnd: pos['<'] }), close(time + 1e6));
	} else if (ending !== 'capture') {
		const error = ERRNO[ending];
		events.push(state({ time, newState: TCP_CLOSE, error, inEnd: pos['<'], outEnd: pos['>'] }), close(time + 1e6));
	}
	events.push(end(time + 2e6));
	return events;
};

/** The value of a field, by name. */
export const fieldOf = (exchange: Exchange, name: string): unknown =>
	(COMMON_FIELDS.find((field) => field.name === name) ?? protocolField('http', name))?.get(exchange);

/** `GET /path 200 ok 40/60`: method, target, status, outcome and sizes, then what is unusual. */
export const summary = (exchange: Exchange): string => {
	const value = (name: string): unknown => fieldOf(exchange, name);
	const path = String(value('path'));
	const words = [value('method'), path, value('status') ?? '-', value('outcome')];
	words.push(`${value('req_size')}/${value('resp_size') ?? '-'}`);
	if (value('truncated')) words.push('truncated');
	const anomalies = value('anomalies');
	if (Array.isArray(anomalies)) words.push(`[${anomalies.join(' ')}]`);
	return words.join(' ');
};

export const bodyOf = (exchange: Exchange, side: 'request' | 'response'): string | null => {
	const body = exchange[side]?.body ?? null;
	return body === null ? null : Buffer.from(body).toString('latin1');
};
