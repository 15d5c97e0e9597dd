import { printExpr } from '../../../grammar/print.ts';
import type { ScopeClause } from '../../capture/demand.ts';
import type { Ports } from '../../capture/ports.ts';
import { type Ir, partsOf } from '../expression/ir.ts';
import { otherNets } from '../net-sets.ts';
import type { CheckedStage } from '../operators/operator.ts';
import { isOfSocket, pushDown } from '../pushdown.ts';

const plural = (word: string, values: readonly unknown[]): string =>
	`${values.length === 1 ? word : `${word.replace(/s$/, 'se')}s`} ${values.join(', ')}`;

const portWords = (end: string, ports: Ports): string =>
	plural(
		`${end} port`,
		ports.map((range) => (typeof range === 'number' ? range : `${range[0]}–${range[1]}`)),
	);

/** All but a few networks are many: those few are said. */
function netWords(end: string, nets: readonly string[]): string {
	const others = otherNets(nets);
	const isShorter = others.length > 0 && others.length < nets.length;
	return isShorter ? `${plural(`${end} network`, others)} excepted` : plural(`${end} network`, nets);
}

/** Which sockets a clause means, in words. */
function clauseWords({ pids, withChildren, comms, side, netns, ...ends }: ScopeClause): string {
	const words = [
		pids &&
			(pids.length === 0 ? 'none at all' : `${plural('process', pids)}${withChildren ? ' and what it starts' : ''}`),
		comms && plural('program', comms),
		ends.localPorts && portWords('local', ends.localPorts),
		ends.remotePorts && portWords('remote', ends.remotePorts),
		ends.localNets && netWords('local', ends.localNets),
		ends.remoteNets && netWords('remote', ends.remoteNets),
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

const fieldsOf = (ir: Ir): readonly string[] => (ir.kind === 'field' ? [ir.field.name] : partsOf(ir).flatMap(fieldsOf));

/** Why the kernel leaves a condition to us. */
function whyHere(ir: Ir): string {
	const other = fieldsOf(ir).find((name) => !isOfSocket(name));
	if (other !== undefined) return `${other} is not known of a socket`;
	return 'the kernel looks for listed processes and names, and for ranges of ports and addresses';
}

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
			if (isRestricted) kernel.push(printExpr(ir.node));
			else here.push(`${printExpr(ir.node)} (${whyHere(ir)})`);
		}
		if (transparent !== true) break;
	}
	return { kernel, here };
}
