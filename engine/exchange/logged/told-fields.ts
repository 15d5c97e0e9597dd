import type { Value } from '../field.ts';
import { STEPS_TYPE } from '../stage-list.ts';
import { fromDocument } from './from-document.ts';
import type { LogLine } from './log-line.ts';
import type { LoggedExchange } from './logged-exchange.ts';
import { At, type Member } from './members.ts';

type Read = (exchange: LoggedExchange) => Value;

const duration =
	(member: Member, at = At[member]): Read =>
	({ line }) =>
		fromDocument(line.number(at), 'duration');

const number =
	(member: Member, at = At[member]): Read =>
	({ line }) =>
		line.number(at);

/** What the classic form calls the black box, at the end where it means that. */
const blackBox =
	(side: 'client' | 'server'): Read =>
	(exchange) =>
		exchange.line.text(At.side) === side ? duration('black_box_duration_ms')(exchange) : null;

/** An older log has no identities: the time of its start tells an exchange from others of its connection. */
const id = (exchange: LoggedExchange): Value =>
	exchange.line.text(At.id) ?? `${exchange.endpoint.conn}.${Math.abs(exchange.startTime).toString(36)}`;

/** Null where the outcome is not known: then the document tells no duration either. */
const isTimed = (line: LogLine): boolean => line.get(At.total_duration_ms) !== null;

/** Its stages are in ns. */
const FIRST_VERSION = 1;

/** The document has an empty list where no stages were captured. */
const stagesOf = (line: LogLine): Value => {
	const stages = line.get(At.stages);
	if (!Array.isArray(stages) || stages.length === 0) return null;
	return line.number(At.schema_version) === FIRST_VERSION ? stages : fromDocument(stages, STEPS_TYPE);
};

/** Of its first step at a device. */
const interfaceOf = (line: LogLine): Value => {
	const stages = line.get(At.stages);
	if (!Array.isArray(stages)) return null;
	const named = stages.find((step) => typeof step?.iface === 'string');
	return named?.iface ?? null;
};

/** Common fields that a log tells itself, where they follow from no other part of an exchange. */
export const TOLD_FIELDS: Readonly<Record<string, Read>> = {
	id,
	latency: ({ line }) => (isTimed(line) ? line.endTime - line.startTime : null),
	total_duration_ms: ({ line }) => (isTimed(line) ? (line.endTime - line.startTime) / 1e6 : null),
	tls: ({ line }) => line.bool(At.is_ssl),
	req_size: number('req_size_bytes'),
	resp_size: number('resp_size_bytes'),
	req_plain_size: number('req_plain_text_size_bytes'),
	resp_plain_size: number('resp_plain_text_size_bytes'),
	truncated: ({ line }) => line.bool(At.truncated),
	remote_time: blackBox('client'),
	internal_time: blackBox('server'),
	black_box_duration_ms: number('black_box_duration_ms'),
	socket_time: duration('read_socket_duration_ms'),
	read_socket_duration_ms: number('read_socket_duration_ms'),
	copy_time: duration('copy_to_socket_buffer_duration_ms'),
	copy_to_socket_buffer_duration_ms: number('copy_to_socket_buffer_duration_ms'),
	stages: ({ line }) => stagesOf(line),
	iface: ({ line }) => interfaceOf(line),
	remote_comm: ({ line }) => line.text(At.remote_comm),
	pid: ({ line }) => line.number(At.pid) || null,
};
