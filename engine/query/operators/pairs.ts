import { Observable, Subscription } from 'rxjs';
import type { Stage } from '../../../grammar/ast.ts';
import { pipeThrough } from '../blocks.ts';
import type { Env } from '../env.ts';
import { thisOf } from '../expression/check-name.ts';
import { type Flow, type FlowColumn, type NestedRow, nestedIr } from '../flow.ts';
import type { Row, Signal } from '../signal.ts';
import { columnsAt } from './named-columns.ts';
import type { CheckedBlock } from './operator.ts';
import type { Output, SignalOperator } from './transform.ts';

/** The two rows that stand side by side when one of `input` is paired with one of a block. */
export const sidesOf = (input: Flow, block: CheckedBlock, name: string): readonly [NestedRow, NestedRow] => [
	{ name: null, index: 0, flow: input },
	{ name, index: 1, flow: block.flow },
];

/** Rows [left, right]: the names of the left stand for themselves, those of the right behind its own. */
export const pairedFlow = (stage: Stage, input: Flow, [left, right]: readonly [NestedRow, NestedRow]): Flow => {
	const node = { kind: 'name', name: stage.name, span: stage.span } as const;
	const name = right.name ?? 'right';
	const partner = nestedIr(right, thisOf(node, right.flow), node);
	const columns: readonly FlowColumn[] = [
		...columnsAt(stage, input).map((column) => ({ ...column, ir: nestedIr(left, column.ir, node) })),
		{ name, type: partner.type, ir: partner },
	];
	return {
		...input,
		exchanges: false,
		columns,
		nested: [left, right],
		bounded: input.bounded && right.flow.bounded,
	};
};

/** What pairs rows of two streams; each call gives the rows that have become known by it. */
export interface Pairing {
	readonly left: (rows: readonly Row[]) => readonly Row[];
	readonly right: (rows: readonly Row[]) => readonly Row[];
	/** Event time has come so far. */
	readonly time: (now: number) => readonly Row[];
	/** The left has ended; whether nothing can come any more. */
	readonly isOver: () => boolean;
	readonly end: () => readonly Row[];
}

/** Feeds both streams into a pairing. Idle ticks are those of the left. */
export const paired =
	(block: CheckedBlock, create: () => Pairing, env: Env): SignalOperator =>
	(source) =>
		new Observable<Signal>((out) => {
			const pairing = create();
			const open = new Set(['left', 'right']);
			const give = (rows: readonly Row[]): void => {
				if (rows.length > 0) out.next({ kind: 'rows', rows });
			};
			const take = (side: 'left' | 'right', signal: Signal): void => {
				if (signal.kind === 'time') give(pairing.time(signal.now));
				else give(pairing[side](signal.rows));
				if (signal.kind === 'time' && side === 'left') out.next(signal);
				if (!open.has('left') && pairing.isOver()) finish(pairing, out);
			};
			const close = (side: 'left' | 'right'): void => {
				open.delete(side);
				if (open.size === 0) finish(pairing, out);
			};
			const observe = (side: 'left' | 'right') => ({
				next: (signal: Signal) => take(side, signal),
				error: (error: unknown) => out.error(error),
				complete: () => close(side),
			});
			// Of its own: one that belonged to the left would end the right with it.
			const running = new Subscription();
			running.add(source.subscribe(observe('left')));
			running.add(pipeThrough(env.inputOf(block), block.stages, env).subscribe(observe('right')));
			return running;
		});

const finish = (pairing: Pairing, out: Output): void => {
	if (out.closed) return;
	const rows = pairing.end();
	if (rows.length > 0) out.next({ kind: 'rows', rows });
	out.complete();
};
