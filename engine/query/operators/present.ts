import { Observable } from 'rxjs';
import type { Env } from '../env.ts';
import type { Present } from '../plan.ts';
import { exchangeOf } from '../rows.ts';
import type { Row } from '../signal.ts';
import { Refresh } from './refresh.ts';
import type { SignalOperator } from './transform.ts';

/** What a source tells of this moment; said once where it tells nothing. */
export const presentOf = ({ context }: Env): Present | null => {
	if (context.present === undefined) context.warn('this source tells of no connections: there is nothing to show');
	return context.present ?? null;
};

/**
 * In place of the exchanges a table of what is true now: refreshed where somebody looks on, else given once. That is at
 * the end, where all that is not over is still as it was; or of a live capture `atOnce`, when it has told what it
 * found, unless the query says when it ends.
 */
export const presentTable =
	(read: (present: Present) => readonly Row[], atOnce: boolean, env: Env): SignalOperator =>
	(source) =>
		new Observable((out) => {
			const present = presentOf(env);
			const look = (): readonly Row[] => (present === null ? [] : read(present));
			let last: readonly Row[] | null = null;
			const refresh = new Refresh(env, () => last ?? look());
			const endsAtOnce = atOnce && env.info.live && env.context.refreshEvery === null && !env.ends;
			return source.subscribe({
				next: (signal) => {
					if (signal.kind === 'table') return;
					const now = signal.kind === 'time' ? signal.now : exchangeOf(signal.rows.at(-1)!).endTime;
					if (signal.kind === 'time' && signal.ending) last = look();
					if (endsAtOnce && signal.kind === 'time') {
						refresh.end(out);
						out.complete();
						return;
					}
					refresh.at(now, out);
					out.next({ kind: 'time', now });
				},
				error: (error) => out.error(error),
				complete: () => {
					refresh.end(out);
					out.complete();
				},
			});
		});
