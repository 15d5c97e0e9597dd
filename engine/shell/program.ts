import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readBtf } from '../../addon/btf.ts';
import type { Program } from '../../grammar/ast.ts';
import type { Diagnostic } from '../../grammar/diagnostic.ts';
import type { SourceText } from '../../grammar/span.ts';
import { decideMode, modeWords } from '../capture/choose-mode.ts';
import type { ScopeClause } from '../capture/demand.ts';
import { findFormat } from '../output/registry.ts';
import { visibleJson, visibleLines } from '../output/sanitize.ts';
import type { Compiled } from '../query/plan.ts';
import type { Console } from './console.ts';
import { flowsOf, type KeptResults } from './kept-results.ts';
import { defaultFormat } from './outputs.ts';
import { refuseSharedInput } from './plan-sources.ts';
import { refuseOwnInput } from './refuse-own-input.ts';
import type { Settings } from './settings.ts';

/** Prints errors and warnings of a query on stderr. Gives whether there is an error among them. */
export async function report(
	diagnostics: readonly Diagnostic[],
	console: Console,
	style: Settings['diagnostics'],
): Promise<boolean> {
	if (diagnostics.length === 0) return false;
	const [{ renderDiagnostic }, { diagnosticToJson }] = await Promise.all([
		import('../../grammar/render.ts'),
		import('../../grammar/render-json.ts'),
	]);
	const render = (diagnostic: Diagnostic): string =>
		style === 'json'
			? visibleJson(JSON.stringify(diagnosticToJson(diagnostic)))
			: renderDiagnostic(diagnostic, { color: console.colorErrors, width: console.out.width });
	for (const diagnostic of diagnostics) console.tell(`${render(diagnostic)}\n`);
	return diagnostics.some(({ severity }) => severity === 'error');
}

/** Modules are looked for beside the file that names them, those of a query in words in the working folder. */
function readModule(path: string, from: SourceText): SourceText | undefined {
	const name = resolve(dirname(from.name), path);
	try {
		return { name, text: readFileSync(name, 'utf8') };
	} catch {
		return undefined;
	}
}

/** What a query in the shell may go on from. */
export interface ShellContext {
	/** Earlier definitions: a module that is no file. */
	readonly module: SourceText;
	readonly kept: KeptResults;
}

/** What a program becomes, or null when it is wrong, which has been said then; throws Failure. */
export async function check(
	program: Program,
	settings: Settings,
	scope: ScopeClause | null,
	console: Console,
	shell?: ShellContext,
): Promise<Compiled | null> {
	const { compileProgram } = await import('../query/compile.ts');
	const compiled = await compileProgram(program, {
		params: settings.params,
		from: settings.from,
		local: settings.local,
		scope,
		readModule: (path, from) => (path === shell?.module.name ? shell.module : readModule(path, from)),
		nowNs: settings.now ?? BigInt(Date.now()) * 1_000_000n,
		nowGiven: settings.now !== null,
		captureMode: () => {
			const decision = decideMode(settings.captureMode, readBtf());
			return { words: modeWords(settings.captureMode, decision), mode: decision.mode };
		},
		...(console.out.terminal && { width: console.out.width }),
		...(shell && { kept: flowsOf(shell.kept), inDetail: true }),
		format: findFormat(defaultFormat(console, settings.format))?.name ?? 'table',
	});
	if (await report(compiled.diagnostics, console, settings.diagnostics)) return null;
	refuseSharedInput(compiled.plans);
	refuseOwnInput(compiled.plans, settings.record);
	return compiled;
}

/** The tree of a text, or null when it is wrong, which has been said then. */
export async function parseText(source: SourceText, settings: Settings, console: Console): Promise<Program | null> {
	const { parse } = await import('../../grammar/parse.ts');
	const { program, diagnostics } = parse(source);
	return (await report(diagnostics, console, settings.diagnostics)) ? null : program;
}

/** Prints what `explain` says. */
export function printExplanations({ explanations = [] }: Compiled, console: Console): void {
	if (explanations.length > 0) console.out.print(visibleLines(explanations.join('\n')));
}
