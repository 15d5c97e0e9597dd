import type { CaptureInfo } from '../capture/source.ts';
import { filePrinter } from '../output/plain.ts';
import type { Printer } from '../output/printer.ts';
import { FORMATS, findFormat } from '../output/registry.ts';
import type { Sink } from '../output/sink.ts';
import type { Plan } from '../query/plan.ts';
import type { Console } from './console.ts';
import { usage } from './exit.ts';
import { sudoOwner } from './invoker.ts';

/** Where the results of one plan go. */
export interface Output {
	readonly sink: Sink;
	readonly printer: Printer;
	/** Tables that are drawn again in their place: on a terminal only. */
	readonly refreshes: boolean;
}

/** The format where the query does not say. */
export const defaultFormat = (console: Console, asked: string | null): string =>
	asked ?? (console.out.terminal ? 'table' : 'json');

/** One object per line can always go on, so JSON is added to a file as the classic form does; other formats begin anew. */
const appends = (format: string): boolean => format === 'json';

/** Opens the sink of a plan. Throws Failure or OutputFailed. */
export async function openOutput(
	plan: Plan,
	info: Pick<CaptureInfo, 'startWall'>,
	console: Console,
	asked: string | null,
): Promise<Output> {
	const name = plan.output?.format ?? defaultFormat(console, asked);
	const format = findFormat(name);
	if (format === undefined) {
		throw usage(`no format '${name}'; there are ${FORMATS.map((known) => known.name).join(', ')}`);
	}
	const makeSink = await format.load();
	const path = plan.output?.path ?? null;
	const printer = path === null ? console.out : filePrinter(path, { append: appends(format.name), owner: sudoOwner() });
	return {
		sink: makeSink({ printer, schema: plan.schema, info }),
		printer,
		refreshes: format.name === 'table' && printer.terminal,
	};
}
