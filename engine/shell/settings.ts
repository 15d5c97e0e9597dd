import type { ScopeClause } from '../capture/demand.ts';
import { FORMATS, findFormat } from '../output/registry.ts';
import { type Arguments, scopeOf } from './argv.ts';
import { ofProcesses } from './classic.ts';
import { usage } from './exit.ts';

/** What the command line says beside the query; a shell keeps it for all of its queries. */
export interface Settings {
	/** `--from`: replaces every `watch`. */
	readonly from: string | null;
	/** `--record`. */
	readonly record: string | null;
	/** `--format`. */
	readonly format: string | null;
	readonly strict: boolean;
	/** How errors in a query are written. */
	readonly diagnostics: 'text' | 'json';
	/** `--pids`, `--local-ports` and their like beside a query of words. */
	readonly scope: ScopeClause | null;
	/** Script parameters as typed. */
	readonly params: ReadonlyMap<string, string>;
}

/** Reads the settings; `classic`: most flags have become conditions of the query already. Throws Failure. */
export function settingsOf(given: Arguments, classic: boolean): Settings {
	const { general } = given;
	const diagnostics = general.get('diagnostics') ?? 'text';
	if (diagnostics !== 'text' && diagnostics !== 'json') {
		throw usage(`--diagnostics takes text or json, not '${diagnostics}'`);
	}
	const format = general.get('format') ?? null;
	if (format !== null && findFormat(format) === undefined) {
		throw usage(`no format '${format}': --format takes ${FORMATS.map(({ name }) => name).join(', ')}`);
	}
	const from = general.get('from') ?? null;
	const record = general.get('record') ?? null;
	if (from !== null && record !== null) throw usage('--from and --record exclude each other');
	return {
		from,
		record,
		format,
		strict: general.has('strict'),
		diagnostics,
		scope: scopeOf(classic ? ofProcesses(given.classic) : given.classic),
		params: given.params,
	};
}
