import pc from 'picocolors';
import { COMMON_FIELDS } from '../../exchange/common-fields.ts';
import type { Exchange } from '../../exchange/exchange.ts';
import type { Field } from '../../exchange/field.ts';
import { PROTOCOLS } from '../../protocols/registry.ts';
import { cellText } from '../cell.ts';
import { clip, textWidth } from '../text-width.ts';
import type { DetailStyle } from './style.ts';
import type { End, Ends } from './way.ts';

const GAP = '   ';

/** Of titles, the longest of which is `websocket`, with two blanks on each side. */
const INDENT = 13;

/** Those of the times that say more than the picture; `internal_time` is the server's, the others are of either end. */
const TIMES: readonly string[] = [
	'latency',
	'ttfb',
	'transfer_time',
	'remote_time',
	'internal_time',
	'socket_time',
	'copy_time',
	'connect_time',
	'rtt',
	'retransmits',
];
const IDENTITY: readonly string[] = ['outcome', 'error', 'id', 'conn', 'truncated'];

const named = (fields: readonly Field[], names: readonly string[]): Field[] =>
	names.flatMap((name) => fields.find((field) => field.name === name) ?? []);

/** `name value` of what is known. */
const facts = (fields: readonly Field[], exchange: Exchange, style: DetailStyle): string[] =>
	fields.flatMap(({ name, type, get }) => {
		const value = get(exchange);
		return value === null || value === false ? [] : `${name} ${cellText(value, type, style.clock)}`;
	});

/** Fills lines behind a title; a fact that is too long for a line is clipped. */
function paragraph(title: string, words: readonly string[], { width, color }: DetailStyle): string[] {
	if (words.length === 0) return [];
	const lines: string[] = [];
	for (const word of words.map((one) => clip(one, width - INDENT))) {
		const last = lines.at(-1);
		if (last !== undefined && textWidth(last + GAP + word) <= width - INDENT)
			lines[lines.length - 1] = last + GAP + word;
		else lines.push(word);
	}
	const paint = pc.createColors(color);
	return lines.map((text, i) => `  ${paint.cyan((i === 0 ? title : '').padEnd(INDENT - 2))}${text}`);
}

/** What is known of an exchange beside its way: the times of each end, who it is, and what its protocol tells. */
export function factLines(ends: Ends, style: DetailStyle): string[] {
	const exchange = ends.client ?? ends.server;
	if (exchange === null) return [];
	const own = PROTOCOLS.find(({ name }) => name === exchange.protocol)?.fields ?? [];
	const times = (end: End): string[] => {
		const seen = ends[end];
		return seen === null ? [] : paragraph(end, facts(named(COMMON_FIELDS, TIMES), seen, style), style);
	};
	return [
		...times('client'),
		...times('server'),
		...paragraph('exchange', facts(named(COMMON_FIELDS, IDENTITY), exchange, style), style),
		...paragraph(
			exchange.protocol,
			facts(
				own.filter(({ needs }) => needs?.includes('body') !== true),
				exchange,
				style,
			),
			style,
		),
	];
}
