import { format } from '../../grammar/format.ts';
import { reasonOf } from '../file-error.ts';
import { replaceFile } from '../output/replace-file.ts';
import type { Console } from './console.ts';
import { Exit, Failure, usage } from './exit.ts';
import { report } from './program.ts';
import { STDIN, scriptText } from './script-text.ts';

function write(path: string, text: string): void {
	try {
		replaceFile(path, text);
	} catch (error) {
		throw new Failure(Exit.failed, `cannot write '${path}': ${reasonOf(error)}`);
	}
}

/** Formats one script. Gives null when it is wrong, which has been said then, else whether it was formatted otherwise. */
async function formatOne(path: string, check: boolean, console: Console): Promise<boolean | null> {
	const source = scriptText(path === '-' ? STDIN : path);
	const result = format(source);
	if ('diagnostics' in result) {
		await report(result.diagnostics, console, 'text');
		return null;
	}
	const differs = result.text !== source.text;
	if (check) {
		if (differs) console.say(`'${path}' is not formatted: claudeinsight fmt '${path}'`);
	} else if (path === '-') console.out.print(result.text);
	else if (differs) write(path, result.text);
	return differs;
}

/**
 * `claudeinsight fmt [--check] FILE…`: writes scripts anew in their places, `-` from standard input to standard output. With
 * `--check` nothing is written, and the status is 1 when something would be. A script that is wrong stays as it is: 2.
 */
export async function runFmt(argv: readonly string[], console: Console, flags: readonly string[]): Promise<number> {
	const words = [...flags, ...argv];
	const check = words.includes('--check');
	const paths = words.filter((word) => word !== '--check');
	const unknown = paths.find((path) => path.startsWith('-') && path !== '-');
	if (unknown !== undefined) throw usage(`unknown flag ${unknown}: fmt takes --check`);
	if (paths.length === 0) throw usage('fmt needs a script: claudeinsight fmt FILE…, or - for standard input');
	const results: (boolean | null)[] = [];
	for (const path of paths) results.push(await formatOne(path, check, console));
	if (results.includes(null)) return Exit.usage;
	return check && results.includes(true) ? Exit.failed : Exit.done;
}
