import pc from 'picocolors';
import { isExchange } from '../../exchange/exchange.ts';
import type { Column, Row } from '../../query/signal.ts';
import { cellText } from '../cell.ts';
import { visible } from '../sanitize.ts';
import { clip, textWidth } from '../text-width.ts';
import { detailText, endsOf } from './detail.ts';
import type { DetailStyle } from './style.ts';

/** A row that is no exchange: a line for each column, and the pictures of exchanges that it holds, as `arg_max` keeps them. */
export function recordText(columns: readonly Column[], row: Row, style: DetailStyle): string {
	const paint = pc.createColors(style.color);
	const names = columns.map(({ name }) => visible(name));
	const indent = Math.max(0, ...names.map(textWidth)) + 2;
	const lines = columns.map(({ get, type }, i) => {
		const cell = clip(cellText(get(row), type, style.clock), Math.max(1, style.width - indent));
		return `${paint.bold(names[i])}${' '.repeat(indent - textWidth(names[i]))}${cell}\n`;
	});
	const kept = columns.flatMap(({ get }, i) => {
		const value = get(row);
		return isExchange(value) ? [`\n${paint.bold(names[i])}\n${detailText(endsOf(value, null), style)}`] : [];
	});
	return lines.join('') + kept.join('');
}
