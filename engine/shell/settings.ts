import { isTime, timeOf } from '../../grammar/times.ts';
import { parseNet } from '../address.ts';
import { CAPTURE_CHOICES, type CaptureChoice } from '../capture/choose-mode.ts';
import type { ScopeClause } from '../capture/demand.ts';
import { type FileSource, fileSource } from '../capture/file-source.ts';
import { FORMATS, findFormat } from '../output/registry.ts';
import { type Arguments, scopeOf } from './argv.ts';
import { ofProcesses } from './classic.ts';
import { usage } from './exit.ts';

/** What the command line says beside the query; a shell keeps it for all of its queries. */
export interface Settings {
	/** `--from`: replaces every `watch`. */
	readonly from: FileSource | null;
	/** `--local`. */
	readonly local: readonly string[];
	/** `--now`, ns since the epoch. */
	readonly now: bigint | null;
	/** `--record`. */
	readonly record: string | null;
	/** `--format`. */
	readonly format: string | null;
	/** `--max-print-bytes`. */
	readonly maxPrintBytes: number | null;
	readonly strict: boolean;
	/** `--capture-mode`: for live captures. */
	readonly captureMode: CaptureChoice;
	/** How errors in a query are written. */
	readonly diagnostics: 'text' | 'json';
	/** `--pids`, `--local-ports` and their like beside a query of words. */
	readonly scope: ScopeClause | null;
	/** Script parameters as typed. */
	readonly params: ReadonlyMap<string, string>;
}

function networks(text: string): readonly string[] {
	return text.split(',').map((part) => {
		const net = parseNet(part.trim());
		if (net === null) throw usage(`--local takes networks such as 10.0.0.0/8 or fd00::/8, not '${part}'`);
		return net.text;
	});
}

function bytesOf(text: string | null): number | null {
	if (text !== null && !/^\d{1,9}$/.test(text)) throw usage(`--max-print-bytes takes a number of bytes, not '${text}'`);
	return text === null ? null : Number(text);
}

/** Reads the settings; `classic`: most flags have become conditions of the query already. Throws Failure. */
export function settingsOf(given: Arguments, classic: boolean): Settings {
	const { general, repeated } = given;
	const diagnostics = general.get('diagnostics') ?? 'text';
	if (diagnostics !== 'text' && diagnostics !== 'json') {
		throw usage(`--diagnostics takes text or json, not '${diagnostics}'`);
	}
	const format = general.get('format') ?? null;
	if (format !== null && findFormat(format) === undefined) {
		throw usage(`no format '${format}': --format takes ${FORMATS.map(({ name }) => name).join(', ')}`);
	}
	const local = (repeated.get('local') ?? []).flatMap(networks);
	const paths = repeated.get('from');
	if (paths?.includes('')) throw usage('--from needs a value: --from FILE');
	const from = paths === undefined ? null : fileSource(paths, local);
	const record = general.get('record') ?? null;
	if (from !== null && record !== null) throw usage('--from and --record exclude each other');
	return {
		from,
		local,
		now: nowOf(general.get('now')),
		record,
		format,
		maxPrintBytes: bytesOf(general.get('max-print-bytes') ?? null),
		strict: general.has('strict'),
		captureMode: captureModeOf(general.get('capture-mode')),
		diagnostics,
		scope: scopeOf(classic ? ofProcesses(given.classic) : given.classic),
		params: given.params,
	};
}

/** The value of `--capture-mode`. Throws Failure. */
export function captureModeOf(text = 'auto'): CaptureChoice {
	const choice = CAPTURE_CHOICES.find((known) => known === text);
	if (choice === undefined) throw usage(`--capture-mode takes ${CAPTURE_CHOICES.join(', ')}, not '${text}'`);
	return choice;
}

function nowOf(text: string | undefined): bigint | null {
	if (text === undefined) return null;
	const time = isTime(`@${text}`) ? timeOf(`@${text}`) : 'it is none';
	const epochNs = typeof time === 'string' ? null : time.epochNs;
	if (epochNs === null) throw usage(`--now takes a time with its day such as 2026-01-02T03:04:05Z, not '${text}'`);
	return epochNs;
}
