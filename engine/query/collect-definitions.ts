import type { Expr, Fn, Name, Node, Op, Param, Program, Use } from '../../grammar/ast.ts';
import type { Diagnostic } from '../../grammar/diagnostic.ts';
import { parse } from '../../grammar/parse.ts';
import type { SourceText } from '../../grammar/span.ts';
import { nearest } from '../../grammar/suggest.ts';
import { lookupField } from '../exchange/catalog.ts';
import { AGGREGATES } from './aggregates/registry.ts';
import type { Definitions, ParamValue } from './definitions.ts';
import { FUNCTIONS } from './functions/registry.ts';
import { OPERATORS } from './operators/registry.ts';
import { typedValue, unquoted } from './param-value.ts';
import type { CompileOptions } from './plan.ts';
import type { Problems } from './problems.ts';
import { mapExpr } from './views/map.ts';
import { viewNames } from './views/names.ts';

type Options = Pick<CompileOptions, 'params' | 'readModule'>;

/** The definitions of a program and of the modules it uses, and what is wrong with the text of those. */
export const collectDefinitions = (
	program: Program,
	options: Options,
	problems: Problems,
): {
	readonly definitions: Definitions;
	readonly params: readonly ParamValue[];
	readonly diagnostics: readonly Diagnostic[];
} => {
	const collector = new Collector(options, problems);
	collector.addProgram(program, false);
	collector.refuseUnknownParams();
	return { definitions: collector, params: collector.params, diagnostics: collector.diagnostics };
};

class Collector implements Definitions {
	readonly values = new Map<string, { readonly name: Name; readonly value: Expr }>();
	readonly fns = new Map<string, Fn>();
	readonly ops = new Map<string, Op>();
	readonly diagnostics: Diagnostic[] = [];
	readonly params: ParamValue[] = [];
	readonly #options: Options;
	readonly #problems: Problems;
	readonly #modules = new Set<string>();
	readonly #paramNames = new Set<string>();

	constructor(options: Options, problems: Problems) {
		this.#options = options;
		this.#problems = problems;
	}

	addProgram({ source, statements }: Program, isModule: boolean): void {
		for (const statement of statements) {
			const { kind } = statement;
			if (kind === 'use') this.#addModule(statement, source);
			else if (kind === 'param') this.#addParam(statement, source);
			else if (kind === 'let') this.#addValue(statement.name, statement.value, source);
			else if (kind === 'fn') this.#addFn(statement, source);
			else if (kind === 'op') this.#addOp(statement, source);
			else if (isModule) {
				this.#setOrigin(statement, source);
				this.#problems.error('CIQ509', statement, 'a module defines things; it does not run a pipeline');
			}
		}
	}

	/** `--name=value` that no `param` asks for. */
	refuseUnknownParams(): void {
		for (const name of this.#options.params.keys()) {
			if (this.#paramNames.has(name)) continue;
			const near = nearest(name, this.#paramNames);
			const hint = near === null ? '' : `: did you mean \`--${near}\`?`;
			const message = `this query has no parameter \`${name}\`${hint}`;
			this.diagnostics.push({ code: 'CIQ311', severity: 'error', message });
		}
	}

	#setOrigin<N extends Node>(node: N, source: SourceText): N {
		this.#problems.setOrigin(node, { source, call: null });
		return node;
	}

	#define<T extends Node>(map: Map<string, T>, name: Name, definition: T, source: SourceText): void {
		this.#setOrigin(definition, source);
		if (map.has(name.text))
			this.#problems.error('CIQ309', this.#setOrigin(name, source), `\`${name.text}\` is defined twice`);
		map.set(name.text, definition);
	}

	#addOp(op: Op, source: SourceText): void {
		if (OPERATORS.has(op.name.text))
			this.#problems.error(
				'CIQ309',
				this.#setOrigin(op.name, source),
				`\`${op.name.text}\` is an operator of the language`,
				{
					label: 'give it another name',
				},
			);
		this.#define(this.ops, op.name, op, source);
		if (viewNames().includes(op.name.text)) this.#warnOfHidden(op.name, source, 'the view of the library');
	}

	#addFn(fn: Fn, source: SourceText): void {
		this.#define(this.fns, fn.name, fn, source);
		const { text } = fn.name;
		if (FUNCTIONS.has(text) || AGGREGATES.has(text)) this.#warnOfHidden(fn.name, source, 'the function of that name');
	}

	#warnOfHidden(name: Name, source: SourceText, hidden: string, label = 'another name keeps both'): void {
		this.#setOrigin(name, source);
		this.#problems.warning('CIQ314', name, `\`${name.text}\` hides ${hidden}`, { label });
	}

	/** `from` is where the value stands, `source` where the name does. */
	#addValue(name: Name, value: Expr, source: SourceText, from = source): Expr {
		const own = mapExpr(value, { expr: () => null, made: (copy) => this.#setOrigin(copy, from) });
		if (this.values.has(name.text))
			this.#problems.error('CIQ309', this.#setOrigin(name, source), `\`${name.text}\` is defined twice`);
		this.values.set(name.text, { name, value: own });
		if (lookupField(name.text, null) !== null)
			this.#warnOfHidden(name, source, 'the field of that name', `the field is \`.${name.text}\``);
		return own;
	}

	#addParam({ parameter }: Param, source: SourceText): void {
		const { name, type, value } = parameter;
		this.#paramNames.add(name.text);
		const given = this.#options.params.get(name.text);
		if (given !== undefined) {
			const from: SourceText = { name: `--${name.text}`, text: given };
			this.#addTyped(name, type, typedValue(from, type?.text ?? null, value), from, source);
		} else if (value !== null) this.#addTyped(name, type, unquoted(value, source, type?.text ?? null), source, source);
		else
			this.#problems.error('CIQ503', this.#setOrigin(name, source), `\`${name.text}\` has no value`, {
				label: `give it with --${name.text}=…`,
			});
	}

	/** `from` is where the value stands, `source` where the parameter does. */
	#addTyped(name: Name, type: Name | null, value: Expr, from: SourceText, source: SourceText): void {
		const own = this.#addValue(name, value, source, from);
		if (type !== null) this.params.push({ name, type: this.#setOrigin(type, source), value: own });
	}

	#addModule({ path }: Use, from: SourceText): void {
		const source = this.#options.readModule(path.value, from);
		if (source === undefined) {
			this.#problems.error('CIQ307', this.#setOrigin(path, from), `no module "${path.value}" can be read`);
			return;
		}
		if (this.#modules.has(source.name)) return;
		this.#modules.add(source.name);
		const { program, diagnostics } = parse(source);
		this.diagnostics.push(...diagnostics);
		this.addProgram(program, true);
	}
}
