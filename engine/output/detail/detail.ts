import pc from 'picocolors';
import type { Exchange } from '../../exchange/exchange.ts';
import { visible } from '../sanitize.ts';
import { exchangeSummary } from '../summary.ts';
import { clip } from '../text-width.ts';
import { factLines } from './facts.ts';
import { messageLines } from './message.ts';
import { largestLine, pictureLines } from './picture.ts';
import type { DetailStyle } from './style.ts';
import { type Ends, endOf, wayOf } from './way.ts';

/** Numbers and a few letters of a name. */
const MIN_WIDTH = 30;

/** Clocks of one host agree; an answer that was told before it was asked for is of another. */
const SAME_CLOCK_NS = 1e6;

/** Whether one of them is the client's and the other the server's view of the same exchange. */
export function areEnds(a: Exchange, b: Exchange): boolean {
	if (endOf(a) === endOf(b)) return false;
	const [client, server] = endOf(a) === 'client' ? [a, b] : [b, a];
	return server.startTime >= client.startTime - SAME_CLOCK_NS && server.startTime <= client.endTime + SAME_CLOCK_NS;
}

/** One exchange as one end saw it, or as both did. */
export function endsOf(exchange: Exchange, other: Exchange | null): Ends {
	const [client, server] = endOf(exchange) === 'client' ? [exchange, other] : [other, exchange];
	return { client, server };
}

/**
 * An exchange in full: what it was and what cost most, its way with every step to scale, the facts, both messages. Lines
 * are safe to show and no wider than the style says, but for one that leaves no room for a picture.
 */
export function detailText(ends: Ends, given: DetailStyle): string {
	const style = { ...given, width: Math.max(MIN_WIDTH, given.width) };
	const exchange = ends.client ?? ends.server;
	if (exchange === null) return '';
	const paint = pc.createColors(style.color);
	const way = wayOf(ends);
	const largest = way && largestLine(way, ends, style);
	const when = style.clock.timeOfDay(exchange.startTime);
	const lines = [
		paint.bold(clip(`${when}  ${visible(exchangeSummary(exchange))}`, style.width)),
		...(largest === null ? [] : [largest]),
		'',
		...(way === null ? [] : pictureLines(way, ends, style)),
		'',
		...factLines(ends, style),
		'',
		...messageLines('request', exchange.request, style),
		...(exchange.response === null ? [] : ['', ...messageLines('response', exchange.response, style)]),
	];
	return `${lines.join('\n')}\n`;
}
