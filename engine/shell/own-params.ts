import { statSync } from 'node:fs';
import type { Program } from '../../grammar/ast.ts';
import { behindScript, isFlag } from './argv.ts';
import { isClassicCommand } from './classic.ts';
import { scriptText } from './script-text.ts';

/** The names of the parameters that a program declares itself. */
export const declaredBy = ({ statements }: Program): readonly string[] =>
	statements.flatMap((statement) => (statement.kind === 'param' ? statement.parameter.name.text : []));

/** A plain file: what a pipe holds is read once. */
const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/**
 * Parameters of the script that flags share their names with: behind its name `--NAME=VALUE` is the script's. The script is
 * read for it only where there is such a flag. Null without a script that can be read twice. Throws Failure.
 */
export async function ownParams(argv: readonly string[]): Promise<ReadonlySet<string> | null> {
	const { script, assigned } = behindScript(argv);
	if (script === undefined || isClassicCommand(script) || !isFile(script)) return null;
	if (!assigned.some(isFlag)) return new Set();
	const { parse } = await import('../../grammar/parse.ts');
	return new Set(declaredBy(parse(scriptText(script)).program).filter(isFlag));
}
