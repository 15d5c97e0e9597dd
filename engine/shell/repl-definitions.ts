import type { Program, Statement, Use } from '../../grammar/ast.ts';
import type { SourceText } from '../../grammar/span.ts';

/** The module that stands for what was defined before; no file has that name. */
const EARLIER = '(earlier input)';

const NOWHERE = { start: 0, end: 0 };

const nameOf = (statement: Statement): string | null => {
	if (statement.kind === 'param') return statement.parameter.name.text;
	return statement.kind === 'let' || statement.kind === 'fn' || statement.kind === 'op' ? statement.name.text : null;
};

/** What `let`, `fn` and `op` have defined in a session of the shell: the next inputs use it as a module. */
export class Definitions {
	readonly #texts = new Map<string, string>();

	has(name: string): boolean {
		return this.#texts.has(name);
	}

	/** Keeps the definitions of an input; a new one takes the place of one with the same name. */
	keep({ source, statements }: Program): void {
		for (const statement of statements) {
			const name = nameOf(statement);
			if (name === null) continue;
			this.#texts.delete(name);
			this.#texts.set(name, source.text.slice(statement.span.start, statement.span.end));
		}
	}

	/** The input with what it may use: all but what it defines anew. */
	withEarlier(program: Program): { program: Program; module: SourceText } {
		const anew = new Set(program.statements.map(nameOf));
		const texts = [...this.#texts].filter(([name]) => !anew.has(name)).map(([, text]) => text);
		const use: Use = {
			kind: 'use',
			path: { kind: 'string', value: EARLIER, raw: false, span: NOWHERE },
			span: NOWHERE,
		};
		return {
			program: texts.length === 0 ? program : { ...program, statements: [use, ...program.statements] },
			module: { name: EARLIER, text: texts.join('\n') },
		};
	}
}
