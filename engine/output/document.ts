import { decodeText } from '../exchange/body-text.ts';
import { COMMON_FIELDS } from '../exchange/common-fields.ts';
import type { Exchange, Message } from '../exchange/exchange.ts';
import type { Field } from '../exchange/field.ts';
import { headText } from '../exchange/head-text.ts';
import { LoggedExchange } from '../exchange/logged/logged-exchange.ts';
import { textOfCut } from '../exchange/text.ts';
import type { WallClock } from '../exchange/wall-clock.ts';
import { PROTOCOLS } from '../protocols/registry.ts';
import { type Json, jsonText, jsonValue } from './json-value.ts';

/** Of the JSON document: grows when a name goes or changes its meaning, not when one is added. */
const SCHEMA_VERSION = 2;

type Get = (exchange: Exchange, clock: WallClock) => Json;
type Member = readonly [name: string, get: Get];

const fieldNamed = (name: string): Field => {
	const field = COMMON_FIELDS.find((candidate) => candidate.name === name);
	if (field === undefined) throw new Error(`the JSON document needs a common field \`${name}\``);
	return field;
};

const STEPS = fieldNamed('stages');

/** A member of the document that is a common field of the catalog. */
function common(name: string, fieldName = name): Member {
	const { get, type } = fieldNamed(fieldName);
	return [name, (exchange, clock) => jsonValue(get(exchange), type, clock)];
}

/** Without a character set that the message declares no byte of a body is lost, but those of half a character. */
function bodyOf(message: Message): string {
	const { body } = message;
	if (body === null) return '';
	const charset = message.charset?.() ?? null;
	return charset === null ? textOfCut(body) : decodeText(body, charset);
}

const messageText = (message: Message | null): string | null =>
	message === null ? null : headText(message) + bodyOf(message);

const titles = new Map(PROTOCOLS.map(({ name, title }) => [name, title]));

/** What passed a place at once: bytes and time, with the interface where that is the place. */
function events(name: string, of: 'request' | 'response', place: 'calls' | 'passages'): Member {
	return [
		name,
		(exchange, clock) =>
			(exchange[of]?.stages?.[place] ?? []).map(({ time, size, iface }) => ({
				time: clock.rfc3339(time),
				size,
				...(place === 'passages' && { interface: iface }),
			})),
	];
}

/** The documented names, in their documented order, and behind them what claudeinsight adds. */
const MEMBERS: readonly Member[] = [
	common('start_time', 'ts'),
	common('end_time'),
	['protocol', ({ protocol }) => titles.get(protocol) ?? protocol],
	common('side'),
	common('local_addr', 'local_ip'),
	common('local_port'),
	common('remote_addr', 'remote_ip'),
	common('remote_port'),
	common('pid'),
	common('is_ssl', 'tls'),
	common('total_duration_ms'),
	common('black_box_duration_ms'),
	common('read_socket_duration_ms'),
	common('copy_to_socket_buffer_duration_ms'),
	common('req_size_bytes', 'req_size'),
	common('resp_size_bytes', 'resp_size'),
	common('req_plain_text_size_bytes', 'req_plain_size'),
	common('resp_plain_text_size_bytes', 'resp_plain_size'),
	['request', ({ request }) => messageText(request)],
	['response', ({ response }) => messageText(response)],
	events('req_syscall_events', 'request', 'calls'),
	events('resp_syscall_events', 'response', 'calls'),
	events('req_nic_events', 'request', 'passages'),
	events('resp_nic_events', 'response', 'passages'),
	common('id'),
	common('conn'),
	common('transport'),
	common('comm'),
	common('remote_comm'),
	common('outcome'),
	common('error'),
	common('answered'),
	common('failed'),
	common('truncated'),
	['stages', (exchange, clock) => jsonValue(STEPS.get(exchange) ?? [], STEPS.type, clock)],
	['schema_version', () => SCHEMA_VERSION],
];

/** The protocol's own fields, as an object under its name. Bodies are in `request` and `response` already. */
const PROTOCOL_MEMBERS: ReadonlyMap<string, readonly Member[]> = new Map(
	PROTOCOLS.map(({ name, fields }) => [
		name,
		fields
			.filter(({ needs }) => needs?.includes('body') !== true)
			.map((field): Member => [field.name, (exchange, clock) => jsonValue(field.get(exchange), field.type, clock)]),
	]),
);

function write(members: readonly Member[], exchange: Exchange, clock: WallClock): { [name: string]: Json } {
	const object: { [name: string]: Json } = {};
	for (const [name, get] of members) object[name] = get(exchange, clock);
	return object;
}

/** A whole exchange as the JSON document; what is not known is null. */
export function exchangeDocument(exchange: Exchange, clock: WallClock): { readonly [name: string]: Json } {
	if (exchange instanceof LoggedExchange) return exchange.document as { readonly [name: string]: Json };
	const document = write(MEMBERS, exchange, clock);
	const own = PROTOCOL_MEMBERS.get(exchange.protocol);
	if (own !== undefined) document[exchange.protocol] = write(own, exchange, clock);
	return document;
}

/** A member as it is written: its name with what stands around it, which is the same in every document. */
interface WrittenMember {
	readonly key: string;
	readonly get: Get;
}

const written = (members: readonly Member[]): readonly WrittenMember[] =>
	members.map(([name, get], i) => ({ key: `${i === 0 ? '' : ','}"${name}":`, get }));

const WRITTEN = written(MEMBERS);
const PROTOCOL_WRITTEN = new Map([...PROTOCOL_MEMBERS].map(([name, members]) => [name, written(members)]));

const writeText = (before: string, members: readonly WrittenMember[], exchange: Exchange, clock: WallClock): string => {
	let text = before;
	for (const { key, get } of members) text += key + jsonText(get(exchange, clock));
	return text;
};

/** The same as text: without an object of 60 members in between. A line of a log goes out as it came in. */
export function exchangeText(exchange: Exchange, clock: WallClock): string {
	if (exchange instanceof LoggedExchange) return exchange.json;
	const own = PROTOCOL_WRITTEN.get(exchange.protocol);
	const text = writeText('{', WRITTEN, exchange, clock);
	return own === undefined ? `${text}}` : `${writeText(`${text},"${exchange.protocol}":{`, own, exchange, clock)}}}`;
}
