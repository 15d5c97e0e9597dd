import { Subject } from 'rxjs';
import type { CaptureDemand } from '../capture/demand.ts';
import { type FileSource, fileSourceKey, STDIN } from '../capture/file-source.ts';
import type { Source } from '../capture/source.ts';
import { type Completeness, newCompleteness } from '../completeness.ts';
import type { Plan } from '../query/plan.ts';
import type { Signal } from '../query/signal.ts';
import { usage } from './exit.ts';
import { type LiveOptions, openSource } from './open-source.ts';
import { unionDemand } from './union-demand.ts';

/** An open source and what comes of it. */
export interface OpenSource {
	readonly source: Source;
	readonly demand: CaptureDemand;
	readonly exchanges: Subject<Signal>;
	readonly completeness: Completeness;
}

/** Plans that read one source, which is open, and beside it the further recordings of each. */
export interface Group {
	readonly main: OpenSource;
	readonly plans: readonly Plan[];
	/** Of each plan, in the order of its `inputs`. */
	readonly inputs: readonly (readonly OpenSource[])[];
}

async function open(files: FileSource | null, demand: CaptureDemand, live: LiveOptions): Promise<OpenSource> {
	const source = await openSource(files, demand, live);
	return { source, demand, exchanges: new Subject(), completeness: newCompleteness() };
}

/** A source that is open lets go only of a flow that has begun. */
export function release({ source }: OpenSource): void {
	source.start(
		() => {},
		() => {},
	);
	source.stop();
}

const filesOf = ({ source }: Plan): FileSource | null => (source.kind === 'from' ? source : null);

/** The plans by what they read: null is the kernel. */
export const bySource = (plans: readonly Plan[]): [files: FileSource | null, plans: Plan[]][] => {
	const groups = Map.groupBy(plans, (plan) => {
		const files = filesOf(plan);
		return files && fileSourceKey(files);
	});
	return [...groups.values()].map((members) => [filesOf(members[0]), members]);
};

/** Standard input is read once, and by one reader. Throws Failure. */
export function refuseSharedInput(plans: readonly Plan[]): void {
	const read = plans.flatMap(({ inputs = [] }) => inputs.map(({ source }) => source));
	for (const [files] of bySource(plans)) if (files !== null) read.push(files);
	if (read.flatMap(({ paths }) => paths).filter((path) => path === STDIN).length > 1) {
		throw usage('standard input can be read only once: keep it in a file and read that twice');
	}
}

/**
 * Opens what plans read that share a source. A further recording is opened for each plan that names it: its times count
 * from the start of what the plan reads first. Throws Failure.
 */
export async function openGroup(files: FileSource | null, plans: readonly Plan[], live: LiveOptions): Promise<Group> {
	const opened: OpenSource[] = [];
	const keep = async (one: Promise<OpenSource>): Promise<OpenSource> => {
		opened.push(await one);
		return one;
	};
	try {
		const inputs: OpenSource[][] = [];
		for (const plan of plans) {
			const own: OpenSource[] = [];
			for (const input of plan.inputs ?? []) own.push(await keep(open(input.source, input.demand, live)));
			inputs.push(own);
		}
		const demand = unionDemand(plans.map((plan) => plan.demand));
		return { main: await keep(open(files, demand, live)), plans, inputs };
	} catch (error) {
		opened.forEach(release);
		throw error;
	}
}
