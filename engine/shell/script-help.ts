import type { Param, Program } from '../../grammar/ast.ts';
import { printExpr } from '../../grammar/print.ts';
import { isFlag } from './argv.ts';

/** The comment that a script begins with, below the line that names its interpreter, without its marks. */
const headOf = (text: string): string => {
	const [, comment = ''] = /^(?:#!.*\n)?((?:#(?!#).*\n)*)/.exec(text) ?? [];
	return comment.replace(/^# ?/gm, '');
};

const valueName = ({ parameter: { type, name } }: Param): string => (type?.text ?? name.text).toUpperCase();

const spelled = (param: Param): string => `--${param.parameter.name.text}=${valueName(param)}`;

const meaning = ({ doc, parameter: { value } }: Param): string =>
	[doc?.replaceAll('\n', ' ') ?? '', value === null ? '(required)' : `(${printExpr(value)})`].filter(Boolean).join(' ');

/** What `claudeinsight SCRIPT --help` prints: what the script says of itself, and its parameters. */
export const scriptHelp = ({ source, statements }: Program): string => {
	const params = statements.filter((statement) => statement.kind === 'param');
	const width = Math.max(0, ...params.map((param) => spelled(param).length));
	const lines = params.map((param) => `  ${spelled(param).padEnd(width)}  ${meaning(param)}\n`);
	const shared = params.map(({ parameter }) => parameter.name.text).find(isFlag);
	const place = shared === undefined ? '' : `; the flag --${shared} stands in front of the script`;
	return [
		headOf(source.text),
		params.length === 0 ? `${source.name} has no parameters.\n` : `Parameters of ${source.name}:\n${lines.join('')}`,
		`\`claudeinsight --help\` lists the flags that go with every script${place}.\n`,
	]
		.filter(Boolean)
		.join('\n');
};
