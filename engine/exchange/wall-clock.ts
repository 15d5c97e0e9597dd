import { NS_PER_SECOND } from '../nanoseconds.ts';

const pad = (value: number, digits: number): string => value.toString().padStart(digits, '0');

/** Turns times of a capture (ns since its start, doubles) into wall-clock texts. */
export interface WallClock {
	/** `2026-01-02T03:04:05.123456789Z`: exact to the nanosecond. */
	rfc3339(time: number): string;
	/** ns since the epoch, exact. */
	epochNs(time: number): bigint;
	/** `03:04:05.123`, local time: what a table shows. */
	timeOfDay(time: number): string;
}

/**
 * The wall clock of a capture. The text of the second is kept between calls, because records come in order of time: that
 * leaves nine digits to write, and no BigInt and no Date for each record.
 */
export function wallClock(info: { readonly startWall: bigint }): WallClock {
	const startSecond = Number(info.startWall / BigInt(NS_PER_SECOND));
	const startNs = Number(info.startWall % BigInt(NS_PER_SECOND));
	let nsOfSecond = 0;
	const secondOf = (time: number): number => {
		const ns = Math.round(time) + startNs;
		const seconds = Math.floor(ns / NS_PER_SECOND);
		nsOfSecond = ns - seconds * NS_PER_SECOND;
		return startSecond + seconds;
	};
	const cached = (write: (date: Date) => string): ((second: number) => string) => {
		let lastSecond = Number.NaN;
		let lastText = '';
		return (second) => {
			if (second !== lastSecond) {
				lastSecond = second;
				lastText = write(new Date(second * 1000));
			}
			return lastText;
		};
	};
	const utcSecond = cached((date) => date.toISOString().slice(0, 19));
	const localSecond = cached(
		(date) => `${pad(date.getHours(), 2)}:${pad(date.getMinutes(), 2)}:${pad(date.getSeconds(), 2)}`,
	);
	return {
		epochNs: (time) => info.startWall + BigInt(Math.round(time)),
		rfc3339: (time) => `${utcSecond(secondOf(time))}.${pad(nsOfSecond, 9)}Z`,
		timeOfDay: (time) => `${localSecond(secondOf(time))}.${pad(Math.floor(nsOfSecond / 1e6), 3)}`,
	};
}
