import { Subject } from 'rxjs';
import type { CaptureDemand } from '../capture/demand.ts';
import { type FileSource, STDIN } from '../capture/file-source.ts';
import type { Source } from '../capture/source.ts';
import { type Completeness, newCompleteness } from '../completeness.ts';
import { sourceKey } from '../query/blocks.ts';
import type { KeptSource, Plan } from '../query/plan.ts';
import type { Signal } from '../query/signal.ts';
import { Exit, Failure, usage } from './exit.ts';
import type { KeptResult, KeptResults } from './kept-results.ts';
import { type OpenOptions, openSource } from './open-source.ts';
import { SourcePresent } from './source-present.ts';
import { lackOf, unionDemand } from './union-demand.ts';

/** An open source and what comes of it. */
export interface OpenSource {
	readonly source: Source;
	readonly demand: CaptureDemand;
	readonly exchanges: Subject<Signal>;
	readonly completeness: Completeness;
	/** Its rows are known already: the source has nothing to tell. */
	readonly kept?: KeptResult;
	readonly present: SourcePresent;
}

/** Plans that read one source, which is open, and beside it the further recordings of each. */
export interface Group {
	readonly main: OpenSource;
	readonly plans: readonly Plan[];
	/** Of each plan, in the order of its `inputs`. */
	readonly inputs: readonly (readonly OpenSource[])[];
}

async function open(files: FileSource | null, demand: CaptureDemand, options: OpenOptions): Promise<OpenSource> {
	const source = await openSource(files, demand, options);
	return { source, demand, exchanges: new Subject(), completeness: newCompleteness(), present: new SourcePresent() };
}

/** A source that is open lets go only of a flow that has begun. */
export function release({ source }: OpenSource): void {
	source.start(
		() => {},
		() => {},
	);
	source.stop();
}

/**
 * From now on no more sockets and stages are taken than these demands need. Of each message as much as before: those that
 * are under way began with that.
 */
export function narrow(
	{ source, demand: { payloadBytes, bodyBytes } }: OpenSource,
	demands: readonly CaptureDemand[],
): void {
	source.narrow?.({ ...unionDemand(demands), payloadBytes, bodyBytes });
}

/** The result of an earlier query, as a source. Throws Failure where that query did not ask for what this one needs. */
function openKept({ name }: KeptSource, kept: KeptResults, needed: CaptureDemand): OpenSource {
	const result = kept.get(name);
	if (result === undefined) throw usage(`no result '${name}' is kept`);
	const { demand } = result.plan;
	const lack = lackOf(demand, needed);
	if (lack !== null)
		throw new Failure(Exit.failed, `'${name}' cannot answer this query: ${lack}; ask for it in one query`);
	const source: Source = {
		info: { ...result.info, live: false, name, demand },
		start: (_, onEnd) => onEnd(null),
		stop: () => {},
	};
	const completeness = { ...result.completeness };
	return { source, demand: needed, exchanges: new Subject(), completeness, present: new SourcePresent(), kept: result };
}

/** The plans by what they read. */
export const bySource = (plans: readonly Plan[]): [source: Plan['source'], plans: Plan[]][] =>
	[...Map.groupBy(plans, ({ source }) => sourceKey(source)).values()].map((members) => [members[0].source, members]);

/** Standard input is read once, and by one reader. Throws Failure. */
export function refuseSharedInput(plans: readonly Plan[]): void {
	const read = plans.flatMap(({ inputs = [] }) => inputs.map(({ source }) => source));
	for (const [source] of bySource(plans)) if (source.kind === 'from') read.push(source);
	if (read.flatMap(({ paths }) => paths).filter((path) => path === STDIN).length > 1) {
		throw usage('standard input can be read only once: keep it in a file and read that twice');
	}
}

/**
 * Opens what plans read that share a source. A further recording is opened for each plan that names it: its times count
 * from the start of what the plan reads first. Throws Failure.
 */
export async function openGroup(
	source: Plan['source'],
	plans: readonly Plan[],
	options: OpenOptions,
	kept: KeptResults,
): Promise<Group> {
	const opened: OpenSource[] = [];
	const keep = async (one: Promise<OpenSource>): Promise<OpenSource> => {
		opened.push(await one);
		return one;
	};
	try {
		const inputs: OpenSource[][] = [];
		for (const plan of plans) {
			const own: OpenSource[] = [];
			for (const input of plan.inputs ?? []) own.push(await keep(open(input.source, input.demand, options)));
			inputs.push(own);
		}
		const demand = unionDemand(plans.map((plan) => plan.demand));
		const main =
			source.kind === 'kept'
				? openKept(source, kept, demand)
				: await keep(open(source.kind === 'from' ? source : null, demand, options));
		if (main.source.startExchanges !== undefined && plans.some(({ present }) => present)) {
			const { name } = main.source.info;
			throw new Failure(
				Exit.failed,
				`${name} holds exchanges, no connections: \`conns\` and \`pending\` cannot tell of it`,
			);
		}
		return { main, plans, inputs };
	} catch (error) {
		opened.forEach(release);
		throw error;
	}
}
