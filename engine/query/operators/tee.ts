import { Observable, Subject, Subscription } from 'rxjs';
import { pipeThrough } from '../blocks.ts';
import type { Env } from '../env.ts';
import type { Signal } from '../signal.ts';
import { argsOf, blockOf, refuseItems } from './items.ts';
import type { CheckedBlock, Operator } from './operator.ts';
import { fileMend } from './to.ts';
import type { SignalOperator } from './transform.ts';

const EXAMPLE = 'tee { where failed | to json "failed.json" }';

export const tee: Operator = {
	name: 'tee',
	doc: 'Writes what the pipeline in braces makes of the rows to a file, and passes them on as they are',
	usage: 'tee { … | to format "path" }',
	examples: [`watch http | ${EXAMPLE} | stat count() by route 5s`],
	takes: ['block'],
	keepsColumns: true,
	blockTakesRows: true,
	check: (stage, input, context) => {
		const [file] = argsOf(stage);
		const mend = file === undefined ? null : fileMend(file);
		if (file !== undefined && mend !== null) {
			const label = `write \`{ to ${mend} }\``;
			context.problems.error('CIQ502', file, '`tee` takes a pipeline in braces', { label });
			return null;
		}
		if (refuseItems(stage, tee, context)) return null;
		const block = blockOf(stage, EXAMPLE, context);
		const branch = block && context.checkBlock(block, input);
		if (block === null || branch === null) return null;
		const output = branch.stages.at(-1)?.output;
		if (output === undefined || output.path === null) {
			context.problems.error('CIQ503', block, 'what `tee` writes needs a file', {
				label: `end it with \`to json "path"\``,
			});
			return null;
		}
		return { flow: input, expressions: [], branch, build: (env) => teed(branch, env) };
	},
};

/** One at a time: how many came at once must not tell what the branch is given besides the rows that are asked for. */
const singly = (signal: Signal): readonly Signal[] =>
	signal.kind === 'rows' ? signal.rows.map((row) => ({ kind: 'rows', rows: [row] })) : [signal];

/** The branch is given each signal before it goes on, and ends with the stream. */
const teed =
	(branch: CheckedBlock, env: Env): SignalOperator =>
	(source) =>
		new Observable<Signal>((out) => {
			const rows = new Subject<Signal>();
			const take = env.branchOf(branch);
			const parts = env.isCutShort(branch) ? singly : (signal: Signal) => [signal];
			const running = new Subscription();
			running.add(
				pipeThrough(rows, branch.stages, env).subscribe({
					next: take,
					error: (error: unknown) => out.error(error),
				}),
			);
			running.add(
				source.subscribe({
					next: (signal) => {
						for (const part of parts(signal)) {
							if (out.closed) return;
							rows.next(part);
							out.next(part);
						}
					},
					error: (error: unknown) => out.error(error),
					complete: () => {
						rows.complete();
						out.complete();
					},
				}),
			);
			return () => {
				rows.complete();
				running.unsubscribe();
			};
		});
