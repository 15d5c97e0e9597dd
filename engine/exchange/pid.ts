import { OUTSIDE } from '../capture/events.ts';
import type { Process } from './exchange.ts';

/** The number of a process where it was captured; null where that is not known, or it has none: it ran outside of the container. */
export const pidOf = (process: Process | null | undefined): number | null =>
	process && process.pid < OUTSIDE ? process.pid : null;
