import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../project-root.ts';
import { CLASSIC_COMMANDS } from './classic.ts';
import { CLASSIC_FLAGS } from './classic-flags.ts';
import type { Flag } from './flag.ts';
import { GENERAL_FLAGS } from './flags.ts';

const USAGE = `claudeinsight: what a machine's network traffic says, by query

  claudeinsight -e 'watch http | head 5'          run a query
  claudeinsight -e QUERY -- COMMAND ARGS          start a command and watch it and its children
  claudeinsight -e QUERY --from FILE              the same query on a recording
  claudeinsight script.ciq [--name=value]         run a script; - reads it from standard input
  claudeinsight watch [PROTOCOL] [flags]          records as they come
  claudeinsight stat [PROTOCOL] [flags]           the same, added up
  claudeinsight overview [flags]                  what this machine calls: a row for each address and protocol
  claudeinsight                                   the shell
  claudeinsight help [NAME]                       the language: operators, fields, functions, codes of messages, and flags
  claudeinsight doctor                            whether live capture is possible here, and what it sees
  claudeinsight fmt [--check] FILE…               write scripts anew, formatted; - from standard input
`;

const spelled = ({ name, short, value }: Flag): string =>
	`${short === undefined ? '   ' : `-${short},`} --${name}${value === undefined ? '' : ` ${value}`}`;

function table(flags: readonly Flag[]): string {
	const width = Math.max(...flags.map((flag) => spelled(flag).length));
	return flags.map((flag) => `  ${spelled(flag).padEnd(width)}  ${flag.doc}\n`).join('');
}

const listed = (words: readonly string[]): string => words.join(', ').replace(/, (?=[^,]*$)/, ' and ');

/** Flags of the classic forms, those that the same commands take together. */
function classicTables(): string {
	const taken = Map.groupBy(
		CLASSIC_FLAGS.filter((flag) => !flag.missing),
		({ commands = CLASSIC_COMMANDS }) => listed(commands),
	);
	return [...taken].map(([commands, flags]) => `\nFor ${commands}:\n${table(flags)}`).join('');
}

/** The text of --help: every flag from the tables that the command line is read by. */
export const helpText = (): string =>
	`${USAGE}\nFor every query:\n${table(GENERAL_FLAGS)}${classicTables()}
Lists are written with commas. Flags of processes, ports, addresses and side go with a query or a script, too: they restrict
what is captured.
`;

export function versionText(): string {
	const { version } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8'));
	return `claudeinsight ${version}\n`;
}
