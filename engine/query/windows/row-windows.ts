import type { TimeReader } from '../operators/time.ts';
import { type Output, type SignalOperator, transform } from '../operators/transform.ts';
import type { Contents, WindowBounds } from './window.ts';

/** A table for every `count` rows, and one for those left at the end. Its bounds are the times of its first and last row. */
export const rowWindows = <S>(count: number, contents: () => Contents<S>, times: () => TimeReader): SignalOperator =>
	transform(() => {
		const timeOf = times();
		const { open, add, rows } = contents();
		let state = open();
		let filled = 0;
		let bounds: WindowBounds = null;
		const give = (out: Output): void => {
			out.next({ kind: 'table', rows: rows(state, bounds), window: bounds, final: true });
			state = open();
			filled = 0;
			bounds = null;
		};
		return {
			rows: (batch, out) => {
				for (const row of batch) {
					const time = timeOf(row);
					if (time !== null)
						bounds = { start: Math.min(bounds?.start ?? time, time), end: Math.max(bounds?.end ?? time, time) };
					add(state, row);
					if (++filled === count) give(out);
				}
			},
			end: (out) => {
				if (filled > 0) give(out);
			},
		};
	});
