import type { Program } from '../../grammar/ast.ts';
import type { ScopeClause } from '../capture/demand.ts';
import { fileSourceName } from '../capture/file-source.ts';
import type { Plan } from '../query/plan.ts';
import type { Command } from './command.ts';
import type { Console } from './console.ts';
import { Exit, usage } from './exit.ts';
import { check, printExplanations } from './program.ts';
import { scopeNotice } from './scope-notice.ts';
import { Session } from './session.ts';
import type { Settings } from './settings.ts';
import { onSignals } from './signals.ts';

const isLive = ({ source }: Plan): boolean => source.kind === 'watch';

/** The process tree of a command, within what the flags say. */
function treeOf({ pid }: Command, scope: ScopeClause | null): ScopeClause {
	if (scope?.pids !== undefined)
		throw usage('--pids and a command behind -- exclude each other: the command is what is watched');
	return { ...scope, pids: [pid], withChildren: true };
}

/** `from` of the query stands in the place of `--from`: nobody shall believe that what the flag names was read. */
function refuseUnread(plans: readonly Plan[], { from }: Settings): void {
	const isRead = ({ source, inputs = [] }: Plan): boolean =>
		source === from || inputs.some((one) => one.source === from);
	if (from !== null && !plans.some(isRead))
		throw usage(
			`--from ${fileSourceName(from)} is not read, as the query has its own \`from\`: write \`watch\` there, or leave the flag out`,
		);
}

/** Runs plans until they end or a signal comes; gives the exit status. */
async function runPlans(
	plans: readonly Plan[],
	settings: Settings,
	console: Console,
	command: Command | null,
): Promise<number> {
	const session = new Session({ ...settings, plans, console, command });
	const ignore = onSignals((status) => session.interrupt(status));
	try {
		return await session.run();
	} finally {
		ignore();
	}
}

/** Checks and runs a program, with a command behind `--` when there is one; gives the exit status. Throws Failure. */
export async function runProgram(
	program: Program,
	settings: Settings,
	console: Console,
	commandArgv: readonly string[] | null,
): Promise<number> {
	const compiled = await check(program, settings, settings.scope, console);
	if (compiled === null) return Exit.usage;
	printExplanations(compiled, console);
	const { plans } = compiled;
	if (plans.length === 0) return Exit.done;
	refuseUnread(plans, settings);
	const live = plans.some(isLive);
	if (
		settings.local.length > 0 &&
		!plans.some(({ source, inputs = [] }) => source.kind === 'from' || inputs.length > 0)
	)
		throw usage('--local goes with packet captures: give one with --from or `from`');
	if (settings.record !== null && !live) throw usage('--record keeps a live capture; this query reads a recording');
	const notice = await scopeNotice(plans, settings);
	if (notice !== null) console.say(notice);
	if (commandArgv === null) return runPlans(plans, settings, console, null);
	if (!live) throw usage('a command behind -- is captured live; this query reads a recording');
	const [{ prepareLive }, { startHalted }] = await Promise.all([import('./live-setup.ts'), import('./command.ts')]);
	prepareLive();
	const command = startHalted(commandArgv);
	const scope = treeOf(command, settings.scope);
	// Nothing but the scope is new: what there was to say about the program has been said.
	const scoped = await check(program, settings, scope, { ...console, tell: () => {} });
	return scoped === null ? Exit.usage : runPlans(scoped.plans, settings, console, command);
}
