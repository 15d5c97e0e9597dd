import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CaptureInfo } from '../capture/source.ts';
import type { Completeness } from '../completeness.ts';
import { filePrinter } from '../output/file-printer.ts';
import { inParts } from '../output/parts.ts';
import type { Printer } from '../output/printer.ts';
import { FORMATS, findFormat } from '../output/registry.ts';
import type { Sink } from '../output/sink.ts';
import type { Branch, Plan } from '../query/plan.ts';
import type { Console } from './console.ts';
import { usage } from './exit.ts';
import { sudoOwner } from './invoker.ts';

/** Where rows of one plan go. */
export interface Output {
	readonly sink: Sink;
	readonly printer: Printer;
	/** Tables that are drawn again in their place: on a terminal only. */
	readonly refreshes: boolean;
}

/** The result of a plan, and what its `tee`s send elsewhere. */
export interface PlanOutputs {
	readonly result: Output;
	readonly branches: readonly Output[];
}

/** The format where the query does not say. */
export const defaultFormat = (console: Console, asked: string | null): string =>
	asked ?? (console.out.terminal ? 'table' : 'json');

/** One object per line can always go on, so JSON is added to a file as the classic form does; other formats begin anew. */
const appends = (format: string): boolean => format === 'json';

/** The same under all names of a file. Of terminals and the like only names tell results apart: they may share one. */
const identityOf = (path: string): string => {
	try {
		const found = statSync(path, { bigint: true });
		if (found.isFile()) return `${found.dev} ${found.ino}`;
	} catch {
		// Why it cannot be written is told where it is opened.
	}
	return resolve(path);
};

/** Two tables cannot share a file. Throws Failure. */
function refuseSharedFiles(written: readonly (Plan | Branch)[]): void {
	const taken = new Map<string, string>();
	for (const { output } of written) {
		if (output === null || output.path === null) continue;
		const file = identityOf(output.path);
		const before = taken.get(file);
		if (before !== undefined && !(appends(before) && appends(output.format))) {
			throw usage(`two results go to '${output.path}': give each a file of its own`);
		}
		taken.set(file, output.format);
	}
}

interface Asked {
	readonly completeness: Completeness;
	/** `--format`. */
	readonly format: string | null;
	/** `--max-print-bytes`. */
	readonly maxPrintBytes: number | null;
}

async function openOutput(
	{ output, schema }: Pick<Plan, 'output' | 'schema'>,
	info: Pick<CaptureInfo, 'startWall'>,
	console: Console,
	{ format: asked, maxPrintBytes, completeness }: Asked,
): Promise<Output> {
	const name = output?.format ?? defaultFormat(console, asked);
	const format = findFormat(name);
	if (format === undefined) {
		throw usage(`no format '${name}'; there are ${FORMATS.map((known) => known.name).join(', ')}`);
	}
	const makeSink = await format.load();
	const path = output?.path ?? null;
	const printer =
		path === null
			? console.out
			: filePrinter(path, { append: appends(format.name), owner: sudoOwner(), whole: format.whole ?? false });
	return {
		sink: inParts(makeSink({ printer, schema, info, maxPrintBytes, completeness })),
		printer,
		refreshes: format.name === 'table' && printer.terminal,
	};
}

/** Closes what is a file, for a query that cannot run. */
export const closeFailed = (outputs: readonly Output[], console: Console): void => {
	for (const { printer } of outputs) if (printer !== console.out) printer.close(true);
};

/** All of them, in the order of the queries. */
export const outputsOf = (outputs: readonly PlanOutputs[]): readonly Output[] =>
	outputs.flatMap(({ result, branches }) => [result, ...branches]);

/** Opens the sinks of plans, all or none of them. Throws Failure or OutputFailed. */
export async function openOutputs(
	plans: readonly Plan[],
	info: Pick<CaptureInfo, 'startWall'>,
	console: Console,
	asked: Asked,
): Promise<PlanOutputs[]> {
	refuseSharedFiles(plans.flatMap((plan) => [plan, ...(plan.branches ?? [])]));
	const opened: Output[] = [];
	const open = async (one: Pick<Plan, 'output' | 'schema'>): Promise<Output> => {
		const output = await openOutput(one, info, console, asked);
		opened.push(output);
		return output;
	};
	const outputs: PlanOutputs[] = [];
	try {
		for (const plan of plans) {
			const result = await open(plan);
			const branches: Output[] = [];
			for (const branch of plan.branches ?? []) branches.push(await open(branch));
			outputs.push({ result, branches });
		}
	} catch (error) {
		closeFailed(opened, console);
		throw error;
	}
	return outputs;
}
