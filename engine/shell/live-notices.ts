import pc from 'picocolors';
import type { Completeness } from '../completeness.ts';
import { clip } from '../output/text-width.ts';
import type { Plan } from '../query/plan.ts';
import type { Console } from './console.ts';
import { leftOutChildren } from './left-out-children.ts';
import { watchLosses } from './loss-notice.ts';

/** Somebody who sees nothing for so long wonders whether it works. */
const QUIET_MS = 3000;
const STATUS_MS = 1000;

/** Tells who started a live capture that it runs, how far it is, and what it looks for when nothing comes. */
export interface LiveNotices {
	/** A record has come. */
	seen(): void;
	stop(): void;
}

/** Keeps `text` at the foot of a terminal up to date; gives what takes it away. In a pipe it does nothing. */
function showStatus({ out }: Console, text: () => string, guard: (write: () => void) => void): () => void {
	if (!out.terminal) return () => {};
	const paint = pc.createColors(out.color);
	const timer = setInterval(() => guard(() => out.status(paint.dim(clip(text(), out.width - 1)))), STATUS_MS);
	return () => {
		clearInterval(timer);
		guard(() => out.status(''));
	};
}

/** How it comes to its end, in words. */
function endOf(plans: readonly Plan[], { out: { terminal }, piped }: Console, hasCommand: boolean): string {
	if (!terminal && plans.some(({ collects }) => collects)) {
		if (hasCommand) return 'the result comes when the command ends, or at Ctrl-C';
		return piped && plans.some(({ output }) => output?.path == null)
			? 'the result comes at the end: bound it with `| until 30s`, for Ctrl-C ends its reader, too'
			: 'the result comes at the end: Ctrl-C, or bound it with `| until 30s`';
	}
	const areTables = plans.every(({ present, flow }) => present === 'connections' && flow.bounded);
	if (areTables && !terminal) return 'it ends by itself';
	if (hasCommand) return 'it ends with the command, or at Ctrl-C';
	const areBounded = plans.every(({ present, flow }) => present === undefined && flow.bounded);
	return areBounded ? 'it ends by itself, or at Ctrl-C' : 'Ctrl-C ends';
}

/** `progress` is the status line; `guard` catches what a write throws. */
export function watchLive(
	console: Console,
	plans: readonly Plan[],
	hasCommand: boolean,
	progress: () => string,
	completeness: () => Completeness,
	guard: (write: () => void) => void,
): LiveNotices {
	console.say(`capturing; ${endOf(plans, console, hasCommand)}`);
	if (plans.some(({ present }) => present === 'requests'))
		console.say('requests that were sent before now are not known, and not shown');
	let isSeen = false;
	const sayChildren = (): void => {
		if (!isSeen) for (const text of leftOutChildren(plans)) console.say(text);
		isSeen = true;
	};
	const quiet = setTimeout(() => {
		for (const { text } of plans) console.say(`no record yet; watching: ${text}`);
		sayChildren();
	}, QUIET_MS);
	const hideStatus = showStatus(console, progress, guard);
	const stopLosses = watchLosses(console, completeness);
	return {
		seen: () => {
			isSeen = true;
			clearTimeout(quiet);
		},
		stop: () => {
			clearTimeout(quiet);
			hideStatus();
			stopLosses();
			sayChildren();
		},
	};
}
