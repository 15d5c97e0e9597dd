import { milliseconds } from '../nanoseconds.ts';
import { bodyText } from './body-text.ts';
import type { Endpoint, Exchange, Message, Outcome } from './exchange.ts';
import { exeName } from './exe-name.ts';
import type { Field, Value, ValueMap } from './field.ts';
import { headText } from './head-text.ts';
import { pidOf } from './pid.ts';
import { STAGE_FIELDS } from './stage-fields.ts';

/** Of a longer path the kernel half tells the base name: bpf/exe-path.bpf.h. */
export const EXE_DOC =
	'Path of its executable, with " (deleted)" behind it where the file is gone; of paths beyond 768 bytes the base name';

/** The address of the end with that role; null while the role of the observed end is not known. */
export const ipOf = (role: 'client' | 'server', { side, localIp, remoteIp }: Endpoint): string | null =>
	side === null ? null : side === role ? localIp : remoteIp;

export const portOf = (role: 'client' | 'server', { side, localPort, remotePort }: Endpoint): number | null =>
	side === null ? null : side === role ? localPort : remotePort;

/** Null where nobody can say how long it was: stamps of two clocks may say that what comes later was there before. */
const passed = (from: number, to: number): number | null => (to < from ? null : to - from);

/** Null where nobody can say when the answer came. */
const latency = ({ outcome, response, endTime, startTime }: Exchange): number | null =>
	outcome === 'unknown' || (response !== null && response.lastTime < startTime) ? null : endTime - startTime;

const ttfb = ({ response, startTime }: Exchange): number | null =>
	response === null ? null : passed(startTime, response.firstTime);

/** An unanswered request whose connection was closed has failed, too: its sender got nothing. */
const FAILED: Record<Outcome, boolean | null> = {
	ok: false,
	error: true,
	reset: true,
	refused: true,
	closed: true,
	timeout: true,
	waiting: null,
	unknown: null,
};

const REASON: Record<Outcome, string | null> = {
	ok: null,
	error: null,
	reset: 'connection reset',
	refused: 'connection refused',
	closed: 'connection closed before the answer was complete',
	timeout: 'connection timed out',
	waiting: null,
	unknown: 'the answer was not captured',
};

const wholeText = (message: Message): string => headText(message) + (bodyText(message) ?? '');

type Part = 'text' | 'headers' | 'body' | 'size';

/** What `request` and `response` are made of. */
const PARTS: { readonly [name in Part]: (message: Message) => Value } = {
	text: wholeText,
	headers: (message) => message.headers?.() ?? null,
	body: bodyText,
	size: ({ size }) => size,
};

/** Its parts are decoded when they are read. */
const messageRecord = (message: Message): ValueMap => ({
	get text(): Value {
		return PARTS.text(message);
	},
	get headers(): Value {
		return PARTS.headers(message);
	},
	get body(): Value {
		return PARTS.body(message);
	},
	size: message.size,
});

const messageField = (name: 'request' | 'response', alias: string, doc: string): Field => ({
	name,
	type: 'record',
	doc: `${doc}: {text, headers, body, size}; text and body are decompressed`,
	needs: ['body'],
	aliases: [alias],
	get: ({ [name]: message }) => message && messageRecord(message),
	members: new Map(
		Object.entries(PARTS).map(([part, read]) => [part, ({ [name]: message }) => message && read(message)]),
	),
});

const IDENTITY: readonly Field[] = [
	{ name: 'ts', type: 'time', doc: 'Start of the exchange', aliases: ['start_time'], get: (e) => e.startTime },
	{ name: 'end_time', type: 'time', doc: 'When the outcome became known', get: (e) => e.endTime },
	{ name: 'protocol', type: 'string', doc: 'Name of the protocol', get: (e) => e.protocol },
	{
		name: 'side',
		type: 'string',
		doc: 'Whose end was observed: "client" or "server"; null while unknown',
		get: (e) => e.endpoint.side,
	},
	{
		name: 'id',
		type: 'string',
		doc: 'Identity of the exchange, equal at both ends',
		// Both ends agree on stream positions modulo 2^32 only.
		get: (e) => `${e.endpoint.conn}.${(((e.request ?? e.response)?.pos ?? 0) % 2 ** 32).toString(36)}`,
	},
	{ name: 'conn', type: 'string', doc: 'Identity of the connection, equal at both ends', get: (e) => e.endpoint.conn },
];

const ENDS: readonly Field[] = [
	{
		name: 'local_ip',
		type: 'ip',
		doc: 'Address of the observed end',
		aliases: ['local_addr'],
		get: (e) => e.endpoint.localIp,
	},
	{ name: 'local_port', type: 'int', key: true, doc: 'Port of the observed end', get: (e) => e.endpoint.localPort },
	{
		name: 'remote_ip',
		type: 'ip',
		doc: 'Address of the other end',
		aliases: ['remote_addr'],
		get: (e) => e.endpoint.remoteIp,
	},
	{ name: 'remote_port', type: 'int', key: true, doc: 'Port of the other end', get: (e) => e.endpoint.remotePort },
	{ name: 'client_ip', type: 'ip', doc: 'Address of the client', get: (e) => ipOf('client', e.endpoint) },
	{ name: 'client_port', type: 'int', key: true, doc: 'Port of the client', get: (e) => portOf('client', e.endpoint) },
	{ name: 'server_ip', type: 'ip', doc: 'Address of the server', get: (e) => ipOf('server', e.endpoint) },
	{ name: 'server_port', type: 'int', key: true, doc: 'Port of the server', get: (e) => portOf('server', e.endpoint) },
	{ name: 'pid', type: 'int', key: true, doc: 'Process at the observed end', get: (e) => pidOf(e.owner) },
	{ name: 'comm', type: 'string', doc: 'Name of that process', get: (e) => e.owner?.comm ?? null },
	{
		name: 'exe',
		type: 'string',
		doc: EXE_DOC,
		get: (e) => e.owner?.exe ?? null,
	},
	{
		name: 'exe_name',
		type: 'string',
		doc: 'Base name of its executable, which a process cannot change as it can its own name',
		get: (e) => exeName(e.owner),
	},
	{
		name: 'remote_comm',
		type: 'string',
		doc: 'Name of the process at the other end, where that is observed too',
		get: (e) => e.peerOwner?.comm ?? null,
	},
	{
		name: 'transport',
		type: 'string',
		doc: 'tcp, or udp: of packet captures, whose datagrams are of protocol unknown',
		get: (e) => e.endpoint.transport ?? 'tcp',
	},
	{
		name: 'remote_name',
		type: 'string',
		doc: 'Name of the other end that a pcapng file tells before the connection; else null',
		get: (e) => e.endpoint.remoteName ?? null,
	},
	{
		name: 'tls',
		type: 'bool',
		doc: 'Plaintext was taken from a TLS library',
		aliases: ['is_ssl'],
		// Capture events hold socket bytes only: what could be parsed was not encrypted.
		get: () => false,
	},
];

const SIZES: readonly Field[] = [
	{
		name: 'req_size',
		type: 'size',
		doc: 'Bytes of the request on the wire',
		aliases: ['req_size_bytes'],
		get: (e) => e.request?.size ?? null,
	},
	{
		name: 'resp_size',
		type: 'size',
		doc: 'Bytes of the response on the wire',
		aliases: ['resp_size_bytes'],
		get: (e) => e.response?.size ?? null,
	},
	{
		name: 'req_plain_size',
		type: 'size',
		doc: 'Bytes of the request as plaintext: those on the wire where there is no TLS',
		aliases: ['req_plain_text_size_bytes'],
		get: (e) => e.request?.size ?? null,
	},
	{
		name: 'resp_plain_size',
		type: 'size',
		doc: 'Bytes of the response as plaintext: those on the wire where there is no TLS',
		aliases: ['resp_plain_text_size_bytes'],
		get: (e) => e.response?.size ?? null,
	},
];

const RESULT: readonly Field[] = [
	{ name: 'status', type: 'int', doc: "The protocol's numeric status", needs: ['head'], get: (e) => e.status ?? null },
	{
		name: 'outcome',
		type: 'string',
		doc: 'ok, error, reset, refused, closed, timeout, waiting, or unknown: what would tell it was not captured',
		get: (e) => e.outcome,
	},
	{ name: 'error', type: 'string', doc: 'Why it failed, in words', get: (e) => e.error ?? REASON[e.outcome] },
	{
		name: 'failed',
		type: 'bool',
		doc: 'An error of the server, reset, refused, closed or timed out; null while waiting',
		get: (e) => FAILED[e.outcome],
	},
	{
		name: 'answered',
		type: 'bool',
		doc: 'A complete answer came; null where the answer was not captured',
		get: (e) => (e.outcome === 'unknown' ? null : e.outcome === 'ok' || e.outcome === 'error'),
	},
	{
		name: 'truncated',
		type: 'bool',
		doc: 'Part of the payload that was asked for was not captured; sizes are exact all the same, but where a head was cut or the end of a request was missed',
		get: (e) => (e.request?.truncated ?? false) || (e.response?.truncated ?? false),
	},
];

const TIMES: readonly Field[] = [
	{
		name: 'latency',
		type: 'duration',
		doc: 'Start to end of the exchange, at a server from its first read on (`socket_time` is before), without an answer to the end of the wait for it; null where what became of it was not seen, or stamps of a capture contradict each other',
		get: latency,
	},
	{
		name: 'total_duration_ms',
		type: 'float',
		doc: 'The latency in milliseconds',
		get: (e) => milliseconds(latency(e)),
	},
	{ name: 'ttfb', type: 'duration', doc: 'Start to the first byte of the response', get: ttfb },
	{
		name: 'transfer_time',
		type: 'duration',
		doc: 'First to last byte of the response',
		get: ({ response }) => (response === null ? null : passed(response.firstTime, response.lastTime)),
	},
	{
		name: 'connect_time',
		type: 'duration',
		doc: 'Handshake of the connection; null where it was not seen',
		get: (e) => e.endpoint.connectTime,
	},
];

const MESSAGES: readonly Field[] = [
	messageField('request', 'req', 'The request'),
	messageField('response', 'resp', 'The response'),
];

/** The fields that every exchange has, whatever its protocol. */
export const COMMON_FIELDS: readonly Field[] = [
	...IDENTITY,
	...ENDS,
	...RESULT,
	...TIMES,
	...STAGE_FIELDS,
	...SIZES,
	...MESSAGES,
];
