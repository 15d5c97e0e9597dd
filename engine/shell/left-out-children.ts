import { readdirSync, readFileSync } from 'node:fs';
import { visible } from '../output/sanitize.ts';
import type { Plan } from '../query/plan.ts';

const read = (path: string): string => {
	try {
		return readFileSync(path, 'utf8').trim();
	} catch {
		return '';
	}
};

const tasksOf = (pid: number): readonly string[] => {
	try {
		return readdirSync(`/proc/${pid}/task`);
	} catch {
		return [];
	}
};

/** Processes that it has started (proc(5), children; not every kernel tells). */
const childrenOf = (pid: number): readonly number[] =>
	tasksOf(pid).flatMap((task) => read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number));

/** The one that a service manager names is often not the one that serves: said where nothing of it was seen. */
export function leftOutChildren(plans: readonly Plan[]): readonly string[] {
	const clauses = plans.flatMap(({ demand }) => demand.scope).filter(({ withChildren }) => withChildren !== true);
	const pids = new Set(clauses.flatMap(({ pids = [] }) => pids));
	return [...pids].flatMap((pid) => {
		const count = childrenOf(pid).filter((child) => !pids.has(child)).length;
		if (count === 0) return [];
		const processes = count === 1 ? 'another process, which is' : `${count} other processes, which are`;
		const comm = JSON.stringify(visible(read(`/proc/${pid}/comm`)));
		return [`${pid} has started ${processes} not watched: \`comm == ${comm}\` watches all of that name`];
	});
}
