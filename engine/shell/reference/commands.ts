import type { Entry } from './entry.ts';

/** Commands that run no query; `watch`, `stat` and `overview` are words of the language, too. */
export const COMMANDS: readonly Entry[] = [
	{
		kind: 'command',
		name: 'help',
		title: 'command',
		usage: 'claudeinsight help [NAME]',
		doc: 'What there is in the language, or more of one thing',
		examples: ['claudeinsight help slow'],
	},
	{
		kind: 'command',
		name: 'doctor',
		title: 'command',
		usage: 'claudeinsight doctor [--capture-mode MODE]',
		doc: 'Whether live capture is possible here, what queries will see, and each mend',
		examples: ['claudeinsight doctor'],
	},
	{
		kind: 'command',
		name: 'fmt',
		title: 'command',
		usage: 'claudeinsight fmt [--check] FILE…',
		doc: 'Writes scripts anew, formatted; with `--check` says which would change, and changes none; - is standard input',
		examples: ['claudeinsight fmt --check slow.ciq'],
	},
];
