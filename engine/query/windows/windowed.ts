import type { Env } from '../env.ts';
import type { TimeReader } from '../operators/time.ts';
import type { SignalOperator } from '../operators/transform.ts';
import type { Row } from '../signal.ts';
import { rowWindows } from './row-windows.ts';
import { sessionWindows } from './session-windows.ts';
import { timeWindows } from './time-windows.ts';
import type { Contents, Window } from './window.ts';

/** What is made of a stream of rows; each is called once for a subscription. */
export interface Windowing<S> {
	readonly contents: () => Contents<S>;
	readonly times: () => TimeReader;
	/** What sessions are told apart by. */
	readonly keyOf: () => (row: Row) => string;
}

/** Cuts a stream into tables. */
export const windowed = <S>(window: Window, { contents, times, keyOf }: Windowing<S>, env: Env): SignalOperator => {
	switch (window.kind) {
		case 'time':
			return timeWindows(window, contents, times, env);
		case 'session':
			return sessionWindows(window, contents, times, keyOf, env);
		case 'rows':
			return rowWindows(window.count, contents, times);
	}
};
