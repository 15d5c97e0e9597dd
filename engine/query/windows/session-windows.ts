import type { Env } from '../env.ts';
import type { TimeReader } from '../operators/time.ts';
import { type Output, type SignalOperator, transform } from '../operators/transform.ts';
import type { Row } from '../signal.ts';
import { LATENESS_NS } from './lateness.ts';
import type { Contents, Window } from './window.ts';

/** Sessions that are open at a time, as groups of other windows; beyond it the one that is quiet longest is ended. */
const MAX_SESSIONS = 10_000;

type SessionWindow = Extract<Window, { kind: 'session' }>;

interface Session<S> {
	start: number;
	/** The last row's time, and how long the next may take. */
	end: number;
	/** The sessions are numbered as they begin. */
	readonly number: number;
	state: S;
}

/**
 * A table for each session: rows of one key, each at most `pause` after the one before. Its bounds are the first row's
 * time and the last's, plus the pause. A row that comes when its session was given already is counted, and dropped or,
 * with `keepLate`, a session of its own.
 */
export const sessionWindows = <S>(
	window: SessionWindow,
	contents: () => Contents<S>,
	times: () => TimeReader,
	keyOf: () => (row: Row) => string,
	env: Env,
): SignalOperator =>
	transform(() => {
		const timeOf = times();
		const key = keyOf();
		const sessions = new Sessions(window, contents(), env);
		return {
			rows: (rows, out) => {
				for (const row of rows) {
					const time = timeOf(row);
					if (time === null || !sessions.add(key(row), row, time, out)) env.context.completeness.lateRows++;
				}
				sessions.close(out);
			},
			time: (now, out) => {
				sessions.advance(now);
				sessions.close(out);
				out.next({ kind: 'time', now });
			},
			end: (out) => sessions.closeAll(out),
		};
	});

class Sessions<S> {
	readonly #window: SessionWindow;
	readonly #contents: Contents<S>;
	readonly #env: Env;
	/** By key; the one that was added to last stands last. */
	readonly #open = new Map<string, Session<S>[]>();
	#count = 0;
	#begun = 0;
	#latest = 0;
	/** When the first of the open sessions can end: before that there is nothing to look for. */
	#nextEnd = Number.POSITIVE_INFINITY;

	constructor(window: SessionWindow, contents: Contents<S>, env: Env) {
		this.#window = window;
		this.#contents = contents;
		this.#env = env;
	}

	/** False for a row that comes too late. */
	add(key: string, row: Row, time: number, out: Output): boolean {
		const { pause, keepLate } = this.#window;
		const known = this.#open.get(key) ?? [];
		const touched = known.filter(({ start, end }) => time >= start - pause && time <= end);
		const inTime = touched.length > 0 || time + pause > this.#latest - LATENESS_NS;
		if (!inTime && !keepLate) return false;
		this.advance(time);
		const session = this.#join(touched, time);
		this.#contents.add(session.state, row);
		this.#open.delete(key);
		this.#open.set(key, [...known.filter((one) => !touched.includes(one)), session]);
		this.#count += 1 - touched.length;
		this.#nextEnd = Math.min(this.#nextEnd, session.end);
		if (this.#count > MAX_SESSIONS) this.#endQuietest(out);
		return inTime;
	}

	advance(time: number): void {
		if (time > this.#latest) this.#latest = time;
	}

	close(out: Output): void {
		this.#closeUntil(this.#latest - LATENESS_NS, out);
	}

	closeAll(out: Output): void {
		this.#closeUntil(Number.POSITIVE_INFINITY, out);
	}

	/** A row may close the pause between two sessions: they become one. */
	#join(touched: readonly Session<S>[], time: number): Session<S> {
		const [first, ...others] = touched;
		const session = first ?? { start: time, end: time, number: this.#begun++, state: this.#contents.open() };
		for (const other of others) {
			this.#contents.merge(session.state, other.state);
			session.start = Math.min(session.start, other.start);
			session.end = Math.max(session.end, other.end);
		}
		session.start = Math.min(session.start, time);
		session.end = Math.max(session.end, time + this.#window.pause);
		return session;
	}

	#closeUntil(watermark: number, out: Output): void {
		if (watermark < this.#nextEnd) return;
		const ended: Session<S>[] = [];
		this.#nextEnd = Number.POSITIVE_INFINITY;
		for (const [key, sessions] of this.#open) {
			const left = sessions.filter(({ end }) => end > watermark);
			for (const session of sessions) if (session.end <= watermark) ended.push(session);
			for (const { end } of left) this.#nextEnd = Math.min(this.#nextEnd, end);
			if (left.length === 0) this.#open.delete(key);
			else if (left.length < sessions.length) this.#open.set(key, left);
		}
		this.#count -= ended.length;
		// The order of the keys depends on what came since, and so on how many rows came at once.
		ended.sort((a, b) => a.end - b.end || a.number - b.number);
		for (const session of ended) this.#give(session, out);
	}

	#endQuietest(out: Output): void {
		for (const [key, sessions] of this.#open) {
			this.#open.delete(key);
			this.#count -= sessions.length;
			if (this.#env.context.completeness.overflowed++ === 0)
				this.#env.context.warn(`more than ${MAX_SESSIONS} sessions at a time: the quietest end early`);
			for (const session of sessions) this.#give(session, out);
			return;
		}
	}

	#give({ start, end, state }: Session<S>, out: Output): void {
		const window = { start, end };
		out.next({ kind: 'table', rows: this.#contents.rows(state, window), window, final: true });
	}
}
