import { printExpr } from '../../../grammar/print.ts';
import type { ScopeClause } from '../../capture/demand.ts';
import type { Ir } from '../expression/ir.ts';
import type { CheckedStage } from '../operators/operator.ts';
import { pushDown } from '../pushdown.ts';

const plural = (word: string, values: readonly unknown[]): string =>
	`${word}${values.length === 1 ? '' : 's'} ${values.join(', ')}`;

/** Which sockets a clause means, in words. */
function clauseWords({ pids, withChildren, comms, side, netns, ...ends }: ScopeClause): string {
	const words = [
		pids &&
			(pids.length === 0 ? 'none at all' : `${plural('process', pids)}${withChildren ? ' and what it starts' : ''}`),
		comms && plural('program', comms),
		ends.localPorts && plural('local port', ends.localPorts),
		ends.remotePorts && plural('remote port', ends.remotePorts),
		ends.localNets && plural('local network', ends.localNets),
		ends.remoteNets && plural('remote network', ends.remoteNets),
		side && `${side}s only`,
		netns && plural('network namespace', netns),
	].filter((word) => word !== undefined);
	return words.length === 0 ? 'all of the host' : words.join(', ');
}

/** Which sockets a scope lets pass, one line for each clause. */
export const scopeWords = (scope: readonly ScopeClause[]): readonly string[] =>
	scope.map((clause, at) => `${at === 0 ? '' : 'or '}${clauseWords(clause)}`);

const conjuncts = (ir: Ir): readonly Ir[] =>
	ir.kind === 'and' ? [...conjuncts(ir.left), ...conjuncts(ir.right)] : [ir];

/** The conditions that hold for every record of a source, apart by who can decide them. */
export interface Split {
	readonly kernel: readonly string[];
	readonly here: readonly string[];
}

/** Splits the conditions up to the first stage that counts or changes records: what the capture is restricted by. */
export function splitConditions(stages: readonly CheckedStage[]): Split {
	const kernel: string[] = [];
	const here: string[] = [];
	for (const { condition, transparent } of stages) {
		for (const ir of condition === undefined ? [] : conjuncts(condition)) {
			const isRestricted = pushDown(ir).every((clause) => Object.keys(clause).length > 0);
			(isRestricted ? kernel : here).push(printExpr(ir.node));
		}
		if (transparent !== true) break;
	}
	return { kernel, here };
}
