import pc from 'picocolors';
import { pidOf } from '../../exchange/pid.ts';
import { visible } from '../sanitize.ts';
import { cellOf, clip, textWidth } from '../text-width.ts';
import { duration, size } from '../units.ts';
import { bar } from './bar.ts';
import type { DetailStyle } from './style.ts';
import type { End, Ends, Leg, Way } from './way.ts';

/** Of the mark in front of the largest leg, of a duration, of a share; each with the blanks behind it. */
const MARK = 2;
const TOOK = 9;
const SHARE = 8;
/** In front of a bar. */
const GAP = 2;

const UNSTAGED = 'the stages in the kernel were not captured: only what processes did is known';

/** Wider names of legs tell no more. */
const MOST_NAME = 36;

interface Lanes {
	/** Width of the names of each end; 0: only one end was seen, whose names stand left. */
	readonly left: number;
	readonly right: number;
	readonly bar: number;
}

function lanesOf({ client, server }: Ends, width: number): Lanes {
	const both = client !== null && server !== null;
	const room = width - MARK - TOOK - SHARE;
	const name = Math.min(MOST_NAME, Math.floor(room * (both ? 0.38 : 0.55)));
	return { left: name, right: both ? name : 0, bar: Math.max(GAP, room - name - (both ? name + 1 : 0)) };
}

/** A share that is not zero shall not look like none. */
function percent(share: number): string {
	if (share <= 0) return '0.0%';
	return share < 0.001 ? '<0.1%' : `${(share * 100).toFixed(1)}%`;
}

const arrows = (text: string, { unicode }: DetailStyle): string => (unicode ? text : text.replaceAll('→', '->'));

const nameOf = (leg: Leg, style: DetailStyle): string => visible(arrows(leg.name, style));

/** One leg: mark, name in its lane, time, share, bar. */
function line(leg: Leg, way: Way, lanes: Lanes, style: DetailStyle): string {
	const paint = pc.createColors(style.color);
	const isRight = lanes.right > 0 && leg.end === 'server';
	const name = nameOf(leg, style);
	const left = cellOf(isRight ? '' : name, lanes.left, false);
	const right = isRight ? ` ${cellOf(name, lanes.right, false)}` : '';
	const isLargest = leg === way.largest;
	const mark = cellOf(isLargest ? (style.unicode ? '▶' : '>') : '', MARK, false);
	const share = leg.took === null || way.total <= 0 ? null : leg.took / way.total;
	const took = leg.missing ? 'not captured' : leg.took === null ? '' : duration(leg.took);
	const numbers = leg.missing
		? cellOf(took, TOOK + SHARE - 2, true)
		: cellOf(took, TOOK, true) + cellOf(share === null ? '' : percent(share), SHARE - 1, true);
	const length = lanes.bar - GAP;
	const drawn = cellOf(share === null || length === 0 ? '' : bar(share, length, style.unicode), length, false);
	const columns = `${mark}${left}${cellOf(numbers, TOOK + SHARE - 1, false)}  ${drawn}${right}`;
	const cells = clip(columns.trimEnd(), style.width);
	if (isLargest) return paint.bold(paint.red(cells));
	return leg.missing ? paint.dim(cells) : cells;
}

/** Who is at that end, so far as is known: `client curl (4242)` and its address. */
function endWords(end: End, { client, server }: Ends): readonly string[] {
	const exchange = end === 'client' ? client : server;
	const other = end === 'client' ? server : client;
	const { endpoint } = exchange ?? {};
	const owner = exchange?.owner ?? other?.peerOwner;
	const ip = endpoint?.localIp ?? other?.endpoint.remoteIp ?? '';
	const port = endpoint?.localPort ?? other?.endpoint.remotePort ?? 0;
	const pid = pidOf(owner);
	const who = owner ? ` ${owner.comm ?? '?'}${pid === null ? '' : ` (${pid})`}` : '';
	return [visible(`${end}${who}`), ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`];
}

/** Both ends, the server as near above its lane as there is room. */
function besides(client: readonly string[], server: readonly string[], at: number, width: number): string[] | null {
	const begin = Math.min(at, width - Math.max(...server.map(textWidth)));
	if (begin - 2 < Math.max(...client.map(textWidth))) return null;
	return client.map((words, i) => cellOf(words, begin, false) + server[i]);
}

/** Who tells, where one end does alone. Of a connection within this host the other one was captured as well. */
function witness({ client, server }: Ends): string {
	const [seen, other] = client === null ? ['server', 'client'] : ['client', 'server'];
	const isOurs = (client ?? server)?.endpoint.peer !== undefined;
	return `as the ${seen} saw it${isOurs ? `; the ${other}'s row was left out, or comes late` : ''}`;
}

/** Who is at the ends; of one on another machine only its address is known. */
function headLines(ends: Ends, lanes: Lanes, { width, color }: DetailStyle): string[] {
	const paint = pc.createColors(color);
	const [client, server] = [endWords('client', ends), endWords('server', ends)];
	const room = width - MARK;
	const indent = (text: string): string => ' '.repeat(MARK) + clip(text, room);
	if (lanes.right > 0) {
		const lines = besides(client, server, lanes.left + TOOK + SHARE + 1 + lanes.bar, room);
		if (lines !== null) return lines.map((text, i) => (i === 0 ? paint.bold(indent(text)) : indent(text)));
	}
	const text = `${client.join('  ')}  to  ${server.join('  ')}`;
	const lines = textWidth(text) <= room ? [text] : [client.join('  '), `to ${server.join('  ')}`];
	return [...lines.map(indent), ...(lanes.right > 0 ? [] : [paint.dim(indent(witness(ends)))])];
}

const directionTitle = (direction: Leg['direction'], ends: Ends): string => {
	const message = (ends.client ?? ends.server)?.[direction];
	return `${direction}${message ? ` ${size(message.size)}` : ''}`;
};

/** The way as lines: who, then each leg with its time, share and a bar to scale; the largest is marked. */
export function pictureLines(way: Way, ends: Ends, style: DetailStyle): string[] {
	const paint = pc.createColors(style.color);
	const lanes = lanesOf(ends, style.width);
	const lines = headLines(ends, lanes, style);
	let direction: Leg['direction'] | null = null;
	for (const leg of way.legs) {
		if (leg.direction !== direction) {
			direction = leg.direction;
			lines.push(paint.cyan(`${' '.repeat(MARK)}${directionTitle(direction, ends)}`));
		}
		lines.push(line(leg, way, lanes, style));
	}
	if (!way.staged) lines.push(paint.dim(clip(`${' '.repeat(MARK)}${UNSTAGED}`, style.width)));
	return lines;
}

/** Of what one end saw the other end's work and the network are one leg: far more than a round trip is hardly the network. */
function besideRtt({ network }: Leg, { client, server }: Ends): string {
	const exchange = client === null || server === null ? (client ?? server) : null;
	const rtt = exchange?.response?.stages?.rtt ?? exchange?.request?.stages?.rtt ?? null;
	return rtt === null || !network ? '' : ` (rtt ${duration(rtt)})`;
}

/** The answer in one line: `99.7% of 300.0ms: server: process works`. */
export function largestLine({ largest, total }: Way, ends: Ends, style: DetailStyle): string | null {
	if (largest?.took == null || total <= 0) return null;
	const paint = pc.createColors(style.color);
	const isBoth = ends.client !== null && ends.server !== null;
	const where = isBoth && largest.inside ? `${largest.end}: ` : '';
	const words = `${percent(largest.took / total)} of ${duration(total)}: ${where}${nameOf(largest, style)}${besideRtt(largest, ends)}`;
	return paint.bold(paint.red(clip(words, style.width)));
}
