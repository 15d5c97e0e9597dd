import { parseArguments } from './argv.ts';
import type { Console } from './console.ts';
import { Exit, usage } from './exit.ts';
import { fitHelp } from './reference/fit-help.ts';
import { fieldsText, helpOn, LISTS, operatorsText, overviewText } from './reference/text.ts';

/** Lists of things that are asked for by a word of their own. */
const TOPICS: Readonly<Record<string, (about: string) => string | null>> = {
	ops: operatorsText,
	operators: operatorsText,
	fields: fieldsText,
};

const MORE = `
claudeinsight help NAME     more of one of them, of a field, a flag, a format or the code of a message
claudeinsight help LIST     all of a kind with what they do: operators, ${[...LISTS.keys()].join(', ')}, fields
claudeinsight --help        the command line
`;

/**
 * `claudeinsight help [NAME | LIST | fields [PROTOCOL]]`. What stands behind the word are names, also of flags; those in front
 * of it are checked and change nothing. Throws Failure for names that nothing has.
 */
export function runHelp([name, about = '']: readonly string[], console: Console, flags: readonly string[]): number {
	if (parseArguments(flags).general.has('execute')) throw usage("unexpected 'help' beside -e");
	const text = name === undefined ? overviewText() + MORE : helpText(name, about);
	console.out.print(fitHelp(text, console.out));
	return Exit.done;
}

function helpText(name: string, about: string): string {
	const topic = Object.hasOwn(TOPICS, name) ? TOPICS[name](about) : null;
	if (topic !== null) return topic;
	const found = helpOn(about === '' ? name : about);
	if ('text' in found) return found.text;
	const mend = found.meant === null ? '`claudeinsight help` lists what there is' : `did you mean '${found.meant}'?`;
	throw usage(`there is no help on '${about === '' ? name : about}': ${mend}`);
}
