import pc from 'picocolors';
import { bodyText } from '../../exchange/body-text.ts';
import type { Message } from '../../exchange/exchange.ts';
import { headText } from '../../exchange/head-text.ts';
import { visible } from '../sanitize.ts';
import { isPlain, textWidth } from '../text-width.ts';
import { size } from '../units.ts';
import type { DetailStyle } from './style.ts';

const INDENT = '    ';

const graphemes = new Intl.Segmenter();

/** A visible text in lines of that width. */
function fold(text: string, width: number): string[] {
	if (textWidth(text) <= width) return [text];
	if (isPlain(text))
		return Array.from({ length: Math.ceil(text.length / width) }, (_, i) => text.slice(i * width, (i + 1) * width));
	const lines: string[] = [];
	let line = '';
	let used = 0;
	for (const { segment } of graphemes.segment(text)) {
		const more = textWidth(segment);
		if (used + more > width) {
			lines.push(line);
			line = '';
			used = 0;
		}
		line += segment;
		used += more;
	}
	return [...lines, line];
}

/** Captured text as lines that are safe to show. */
const textLines = (text: string, { width }: DetailStyle): string[] =>
	text
		.replace(/\r?\n$/, '')
		.split(/\r?\n/)
		.flatMap((line) => fold(visible(line), width - INDENT.length).map((part) => INDENT + part));

/** So many bytes of the text in UTF-8, as whole characters. */
const firstBytes = (text: string, bytes: number): string =>
	Buffer.byteLength(text) <= bytes
		? text
		: Buffer.from(text)
				.subarray(0, bytes)
				.toString('utf8')
				.replace(/\ufffd$/, '');

/** What is there and is not printed, or was not captured, in words; null when all of it is printed. */
function leftOut(message: Message, body: string | null, maxPrintBytes: number): string | null {
	const more = message.head.length + Buffer.byteLength(body ?? '') - maxPrintBytes;
	if (more > 0) return `… ${size(more)} more (--max-print-bytes)`;
	if (message.truncated) return '… the rest was not captured';
	return body === null && message.size > message.head.length ? '(body not captured)' : null;
}

/** Head and body of a message as captured, sanitised, so many bytes of it. */
export function messageLines(title: string, message: Message | null, style: DetailStyle): string[] {
	if (message === null) return [];
	const paint = pc.createColors(style.color);
	const head = headText(message);
	const body = bodyText(message);
	const room = Math.max(0, style.maxPrintBytes - Buffer.byteLength(head));
	const note = leftOut(message, body, style.maxPrintBytes);
	return [
		`  ${paint.cyan(`${title} ${size(message.size)}`)}`,
		...textLines(firstBytes(head, style.maxPrintBytes).replace(/(\r?\n)+$/, ''), style),
		...(body === null || body === '' || room === 0 ? [] : ['', ...textLines(firstBytes(body, room), style)]),
		...(note === null ? [] : [paint.dim(INDENT + (style.unicode ? note : note.replace('…', '...')))]),
	];
}
