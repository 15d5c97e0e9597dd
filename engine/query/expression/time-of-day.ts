import { NS_PER_MS } from '../../nanoseconds.ts';
import type { Env } from '../env.ts';

/**
 * What a clock on the wall shows, ns since midnight, on the day on which the capture began or so many days later, as ns
 * since the epoch. Not so many hours after midnight: days on which clocks are changed have 23 or 25.
 */
export const timeOfDay = (ofDayNs: number, env: Env, daysLater = 0): bigint => {
	const date = new Date(Number(env.info.startWall / BigInt(NS_PER_MS)));
	date.setDate(date.getDate() + daysLater);
	const ms = Math.floor(ofDayNs / NS_PER_MS);
	date.setHours(Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1000) % 60, ms % 1000);
	return BigInt(date.getTime()) * BigInt(NS_PER_MS) + BigInt(ofDayNs % NS_PER_MS);
};
