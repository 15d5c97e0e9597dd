import type { IToken } from 'chevrotain';
import { spanOf } from './lexer.ts';

/** The `##` lines that stand directly above the offset `start`, without their marks; undefined when there are none. */
export function documentationAbove(text: string, docs: readonly IToken[], start: number): string | undefined {
	const lines: string[] = [];
	let below = start;
	for (let index = lastBefore(docs, start); index >= 0; index -= 1) {
		const doc = docs[index];
		if (doc === undefined || !/^[ \t\r]*\n[ \t]*$/.test(text.slice(spanOf(doc).end, below))) break;
		lines.push(doc.image.replace(/^##+ ?/, '').trimEnd());
		below = doc.startOffset;
	}
	return lines.length > 0 ? lines.reverse().join('\n') : undefined;
}

/** Index of the last comment before `start`, by bisection: a long script has as many of them as statements. */
function lastBefore(docs: readonly IToken[], start: number): number {
	let low = 0;
	let high = docs.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((docs[middle]?.startOffset ?? start) < start) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}
