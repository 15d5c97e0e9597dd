import type { WallClock } from '../../exchange/wall-clock.ts';

/** How a detail picture is drawn. */
export interface DetailStyle {
	readonly width: number;
	readonly color: boolean;
	/** Block characters and arrows; else ASCII. */
	readonly unicode: boolean;
	/** Bytes of each message that are printed. */
	readonly maxPrintBytes: number;
	readonly clock: WallClock;
}

/** Whether the locale has more than ASCII, by the first of the three that is set (POSIX, locale(7)). */
export const takesUnicode = ({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean =>
	/utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
